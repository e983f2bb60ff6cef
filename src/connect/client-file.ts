import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Machine, McpClient } from "./client.ts";

/**
 * The configuration file of a client: the person's, or that of a project.
 * @param project the folder of the project
 * @returns undefined where the client has no such file
 */
export function clientFile(
  { userFiles, projectFile }: McpClient,
  machine: Machine,
  project: string | undefined,
): string | undefined {
  if (project !== undefined) return projectFile && join(project, projectFile);
  const files = userFiles?.(machine) ?? [];
  return files.find((file) => existsSync(file)) ?? files[0];
}

/**
 * Whether the client seems to be installed: its file or its folder is there.
 * @param shared folders that are there without it
 */
export function isInstalled(file: string, shared: readonly string[]): boolean {
  const folder = dirname(file);
  return existsSync(file) || (!shared.includes(folder) && existsSync(folder));
}
