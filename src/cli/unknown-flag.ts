import { ConfigError } from "../config/errors.ts";
import { settingSources } from "../config/settings.ts";
import { commands } from "./commands.ts";

/**
 * The error for a flag that a command does not have: whose it is, or which one is meant.
 * @param meant the flags that the parser suggests, or ""
 */
export function unknownFlagError(given: string, meant: string): ConfigError {
  const flag = given.replace(/^-+/, "");
  const owner = ownerOf(flag);
  if (owner !== undefined) {
    return new ConfigError(
      `--${flag} belongs to the ${owner.command} command: mlflow-prompts-mcp ${owner.command} --${flag}${owner.hasValue ? " ..." : ""}`,
    );
  }
  return new ConfigError(
    `Unknown option '${given}'.${meant && ` Did you mean ${meant}?`} --help shows the flags.`,
  );
}

/** The only command that has a flag, or the first one that reads a setting. */
function ownerOf(
  flag: string,
): { readonly command: string; readonly hasValue: boolean } | undefined {
  const setting = settingSources.find((source) => source.flag === flag);
  const [reader] = setting?.commands ?? [];
  if (setting && reader) return { command: reader, hasValue: setting.placeholder !== undefined };
  const owners = commands.flatMap(({ name, options }) => {
    const option = options.find((own) => own.flag === flag);
    return option ? [{ command: name, hasValue: option.placeholder !== undefined }] : [];
  });
  return owners.length === 1 ? owners[0] : undefined;
}
