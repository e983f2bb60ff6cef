import { canonical } from "../registry/json.ts";
import { type Change, withChanges } from "./changes.ts";
import type { ConfigFile, ConfigFormat } from "./config-file.ts";
import { jsonFile } from "./json-file.ts";
import { tomlFile } from "./toml-file.ts";
import { yamlFile } from "./yaml-file.ts";

const formats: Readonly<Record<ConfigFormat, (text: string) => ConfigFile>> = {
  json: jsonFile,
  toml: tomlFile,
  yaml: yamlFile,
};

/** Some editors on Windows write it before the text. */
const byteOrderMark = "\uFEFF";

/**
 * Reads the text of a configuration file. An empty text, or one of comments alone, is an empty
 * configuration.
 * @throws UnreadableConfig
 */
export function readConfigFile(format: ConfigFormat, text: string): ConfigFile {
  if (!text.startsWith(byteOrderMark)) return formats[format](text);
  const { root, apply } = formats[format](text.slice(byteOrderMark.length));
  return { root, apply: (changes) => `${byteOrderMark}${apply(changes)}` };
}

/**
 * The text of a configuration file with the changes, and nothing else changed.
 * @throws UnreadableConfig
 * @throws Error if the text cannot be changed so
 */
export function changeConfig(
  format: ConfigFormat,
  text: string,
  changes: readonly Change[],
): string {
  const file = readConfigFile(format, text);
  const changed = file.apply(changes);
  const wanted = withChanges(file.root, changes);
  // Whatever the libraries do to a file that a person wrote in a way of his own.
  if (canonical(readConfigFile(format, changed).root) === canonical(wanted)) return changed;
  throw new Error("It is written in a way that cannot be changed without changing other values");
}
