import * as z from "zod";

/** The commands that have settings. */
export type SettingCommand = "stdio" | "http" | "webhooks";

/** Those that serve. */
export const serving: readonly SettingCommand[] = ["stdio", "http"];

/** Where a setting comes from and what it is for. */
export interface SettingSource {
  /** The long flag. A setting without one is a secret: other users could read it in `ps`. */
  readonly flag?: string;
  readonly variable: string;
  /** What the flag's value stands for in the help; a flag without one is a switch. */
  readonly placeholder?: string;
  /** The text that holds when nothing is given. */
  readonly fallback: string;
  /** One line, for --help and for the table in docs/hosting.md. */
  readonly help: string;
  /** Whose setting it is; absent means `serving`. */
  readonly commands?: readonly SettingCommand[];
}

const sources = z.registry<SettingSource>();

/** A schema from text to the setting's value, with its source. */
export function setting<Schema extends z.ZodType<unknown, string>>(
  value: Schema,
  source: SettingSource,
): Schema {
  // Schemas are shared between settings; what is known of one must not be known of the other.
  const own = value.clone();
  sources.add(own, source);
  return own;
}

export function sourceOf(value: z.ZodType): SettingSource {
  const source = sources.get(value);
  if (source === undefined) throw new TypeError("The schema is no setting's.");
  return source;
}
