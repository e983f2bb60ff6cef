import type * as z from "zod";

/** The commands that have settings. */
export type SettingCommand = "stdio" | "http" | "webhooks";

/** The commands that serve MCP. */
export const servingCommands = ["stdio", "http"] as const;

/** Where a setting comes from and what it is for. */
export interface SettingSource<Command extends SettingCommand = SettingCommand> {
  /** The long flag. A setting without one is a secret: other users could read it in `ps`. */
  readonly flag?: string;
  readonly variable: string;
  /** The name of the flag's value in the help; a flag without one is boolean. */
  readonly placeholder?: string;
  /** The text to parse when neither flag nor variable is set. */
  readonly fallback: string;
  /** One line, for --help and for the table of settings in docs/. */
  readonly help: string;
  /** The commands that read the setting. */
  readonly commands: readonly Command[];
}

export interface Setting<Value, Command extends SettingCommand> extends SettingSource<Command> {
  /** Creates the schema only when the setting is read, since a start needs few of them. */
  readonly schema: () => z.ZodType<Value, string>;
}

export function setting<Value, Command extends SettingCommand>(
  schema: () => z.ZodType<Value, string>,
  source: SettingSource<Command>,
): Setting<Value, Command> {
  return { ...source, schema };
}
