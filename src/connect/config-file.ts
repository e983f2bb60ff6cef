import type { JsonObject } from "../registry/json.ts";
import type { Change } from "./changes.ts";

export type ConfigFormat = "json" | "toml" | "yaml";

/** A configuration file of one format. */
export interface ConfigFile {
  /** What it says. */
  readonly root: JsonObject;
  /** The text with the changes, and with the comments and the formatting of the rest. */
  readonly apply: (changes: readonly Change[]) => string;
}
