import { version as packageVersion } from "../../package.json";

/** This program's version. */
export const version: string = packageVersion;

/** How this program names itself to MLflow. */
export const userAgent = `mlflow-prompts-mcp/${version}`;
