/**
 * The address of the view for hosts (MCP Apps 2026-01-26). It never changes, because some hosts cache
 * `tools/list` for as long as a connector is installed.
 */
export const viewUri = "ui://mlflow-prompts/view";

/** Where the texts of the view are that the view itself does not have. A language follows, such as `de`. */
export const viewTextsUri = "ui://mlflow-prompts/texts/";
