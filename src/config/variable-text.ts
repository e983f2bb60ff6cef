import { readFileSync } from "node:fs";
import { ConfigError } from "./errors.ts";
import type { SettingSource } from "./setting.ts";
import type { Environment } from "./settings.ts";

/**
 * What the environment says of a setting; empty when nothing. A secret may be in the file that
 * `<variable>_FILE` names, as orchestrators mount secrets.
 * @throws ConfigError when the file cannot be read, or the environment has the secret as well
 */
export function variableText(
  { flag, variable }: Pick<SettingSource, "flag" | "variable">,
  environment: Environment,
): string {
  const text = environment[variable] ?? "";
  // A setting without a flag is a secret.
  const path = flag === undefined ? (environment[secretFileVariable(variable)] ?? "") : "";
  if (path === "") return text;
  if (text === "") return readSecret(secretFileVariable(variable), path);
  throw new ConfigError(
    `${variable} and ${secretFileVariable(variable)} are both set: set only one of them.`,
  );
}

/** The variable that names the file with the secret. */
export function secretFileVariable(variable: string): string {
  return `${variable}_FILE`;
}

function readSecret(variable: string, path: string): string {
  try {
    // Editors and `echo` end a file with a line break, which no secret has.
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    throw new ConfigError(
      `${variable} is "${path}", which cannot be read (${code}). It must be a file that contains the secret and nothing else.`,
    );
  }
}
