import * as z from "zod";

/** The environment as the process has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

const booleans: Readonly<Record<string, boolean>> = {
  true: true,
  "1": true,
  false: false,
  "0": false,
};

/** MLflow's spelling of a boolean variable: true, false, 1 or 0, in any case. */
export const booleanText = z.string().transform((text, context) => {
  const value = booleans[text.toLowerCase()];
  if (value === undefined) {
    context.addIssue({ code: "custom", message: "it must be true or false" });
    return z.NEVER;
  }
  return value;
});

/** A number of the given kind, written in decimal digits. */
export function numberText(range: z.ZodNumber, message: string) {
  return z
    .string()
    .regex(/^\d+(\.\d+)?$/, message)
    .transform(Number)
    .refine((value) => range.safeParse(value).success, message);
}

const aliasName = z
  .string()
  .regex(
    /^[\p{L}\p{N}_-]+$/u,
    'it must be a list of aliases separated by commas, such as "production,latest"',
  );

const aliasList = z
  .string()
  .transform((text) => text.split(",").map((alias) => alias.trim()))
  .pipe(z.array(aliasName));

/** The settings of this program's own, as texts in and values out. MLflow's are elsewhere. */
export const ownSettings = z.object({
  serve: aliasList,
  readOnly: booleanText,
  host: z.string().trim().min(1, "it must be an address to listen on, such as 127.0.0.1"),
  port: numberText(
    z.int().min(0).max(65_535),
    "it must be a port number from 0 to 65535 (0 takes a free one)",
  ),
});

export type SettingName = keyof z.infer<typeof ownSettings>;

export interface SettingSource {
  readonly flag: string;
  readonly variable: string;
  /** What the flag's value stands for in the help; a flag without one is a switch. */
  readonly placeholder?: string;
  readonly fallback: string;
  readonly help: string;
  /** The flag belongs to the http command alone. */
  readonly httpOnly?: true;
}

/** Where each setting comes from: its flag, then its variable, then its fallback. */
export const settingSources: Readonly<Record<SettingName, SettingSource>> = {
  serve: {
    flag: "serve",
    variable: "MLFLOW_PROMPTS_SERVE",
    placeholder: "ALIAS,...",
    fallback: "production,latest",
    help: "which version of a prompt is served: the first alias that it has; latest is the newest",
  },
  readOnly: {
    flag: "read-only",
    variable: "MLFLOW_PROMPTS_READ_ONLY",
    fallback: "false",
    help: "leave out every tool that writes",
  },
  host: {
    flag: "host",
    variable: "MLFLOW_PROMPTS_HOST",
    placeholder: "ADDRESS",
    fallback: "127.0.0.1",
    help: "loopback address to listen on",
    httpOnly: true,
  },
  port: {
    flag: "port",
    variable: "MLFLOW_PROMPTS_PORT",
    placeholder: "NUMBER",
    fallback: "8080",
    help: "port to listen on, 0 for a free one",
    httpOnly: true,
  },
};

/** The names of the settings, in the order in which they are documented. */
export const settingNames = ownSettings.keyof().options;
