import { readFileSync } from "node:fs";
import { ConfigError } from "./errors.ts";

/**
 * The username and password in MLflow's credentials file; neither when the file does not exist.
 * @throws ConfigError when the file exists and cannot be read
 */
export function readCredentialsFile(path: string): { username?: string; password?: string } {
  const options = readSection(readIfPresent(path), "mlflow");
  const username = options.get("mlflow_tracking_username");
  const password = options.get("mlflow_tracking_password");
  return { ...(username ? { username } : {}), ...(password ? { password } : {}) };
}

/**
 * Reads one section as Python's configparser, which MLflow uses: unlike in other INI dialects a value
 * keeps its quotes and any `#` or `;` after its first character, and `%%` is one `%`. A password read
 * in another way would be wrong.
 */
function readSection(text: string, wanted: string): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  let section = "";
  for (const line of text.split(/\r?\n/)) {
    const header = /^\[(.+)\]\s*$/.exec(line);
    if (header?.[1] !== undefined) section = header[1];
    if (header || section !== wanted || /^\s*[#;]/.test(line)) continue;
    const at = line.search(/[=:]/);
    const key = line.slice(0, Math.max(0, at)).trimEnd();
    if (key === "") continue;
    const value = line.slice(at + 1).trim();
    options.set(key.toLowerCase(), value.replaceAll("%%", "%"));
  }
  return options;
}

function readIfPresent(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return "";
    throw new ConfigError(`${path} cannot be read (${code}): make it readable or remove it.`);
  }
}
