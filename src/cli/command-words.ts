const commandOfTool: ReadonlyMap<string, string> = new Map([
  ["list_prompts", "list"],
  ["load_prompt", "show"],
  ["render_prompt", "render"],
  ["run_prompt", "run"],
  ["evaluate_prompt", "evaluate"],
  ["list_prompt_versions", "history"],
  ["compare_prompt_versions", "diff"],
  ["register_prompt", "register"],
  ["set_prompt_alias", "promote"],
]);

const toolName =
  /\b(?:list_prompts|load_prompt|render_prompt|run_prompt|evaluate_prompt|list_prompt_versions|compare_prompt_versions|register_prompt|set_prompt_alias)\b/g;

const argumentName = /\b(?:allow_breaking|override_gate|base_version|expected_version|dry_run)\b/g;

/** A message of the tools for a person at a terminal, who has commands and flags in their place. */
export function inCommandWords(message: string): string {
  return message
    .replace(toolName, (name) => `mlflow-prompts-mcp ${commandOfTool.get(name) ?? name}`)
    .replace(argumentName, (name) => `--${name.replaceAll("_", "-")}`);
}
