import { version as packageVersion } from "../../package.json";

/** This program's version. */
export const version: string = packageVersion;

/** The User-Agent header of requests to MLflow. */
export const userAgent = `mlflow-prompts-mcp/${version}`;
