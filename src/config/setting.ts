import type * as z from "zod";

/** The commands that have settings. */
export type SettingCommand = "stdio" | "http" | "webhooks";

/** Those that serve. */
export const serving = ["stdio", "http"] as const;

/** Where a setting comes from and what it is for. */
export interface SettingSource<Command extends SettingCommand = SettingCommand> {
  /** The long flag. A setting without one is a secret: other users could read it in `ps`. */
  readonly flag?: string;
  readonly variable: string;
  /** What the flag's value stands for in the help; a flag without one is a switch. */
  readonly placeholder?: string;
  /** The text that holds when nothing is given. */
  readonly fallback: string;
  /** One line, for --help and for the table in docs/hosting.md. */
  readonly help: string;
  /** Whose setting it is. No other command reads it. */
  readonly commands: readonly Command[];
}

export interface Setting<Value, Command extends SettingCommand> extends SettingSource<Command> {
  /** Makes the schema from text to the setting's value. A start makes those that it reads. */
  readonly schema: () => z.ZodType<Value, string>;
}

export function setting<Value, Command extends SettingCommand>(
  schema: () => z.ZodType<Value, string>,
  source: SettingSource<Command>,
): Setting<Value, Command> {
  return { ...source, schema };
}
