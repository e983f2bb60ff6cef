import { parseArgs } from "node:util";
import { ConfigError } from "../config/errors.ts";
import type { SettingCommand } from "../config/setting.ts";
import { type SettingFlags, type SettingName, settingSources } from "../config/settings.ts";

const webhooksActions = ["install", "remove", "status"] as const;

/** The actions of the webhooks command. */
export type WebhooksAction = (typeof webhooksActions)[number];

/** One command and the settings given as flags, which are not parsed yet. */
export type CommandLine =
  | { readonly command: "stdio" | "http"; readonly flags: SettingFlags }
  | { readonly command: "help" | "version"; readonly flags: SettingFlags }
  | { readonly command: "webhooks"; readonly action: WebhooksAction; readonly flags: SettingFlags };

/**
 * Parses the command line. Without a command it is stdio.
 * @throws ConfigError for an unknown command or flag, or a flag that the command does not have
 */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const { values, positionals } = parse(argv);
  if (values.help === true) return { command: "help", flags: {} };
  if (values.version === true) return { command: "version", flags: {} };
  const [command = "stdio", ...words] = positionals;
  if (command === "webhooks") {
    const [word, ...surplus] = words;
    const action = webhooksActions.find((known) => known === word);
    if (action === undefined) {
      throw new ConfigError(
        `webhooks needs one of install, remove and status${word === undefined ? "" : `, not "${word}"`}. --help shows the usage.`,
      );
    }
    refuseSurplus(`webhooks ${action}`, surplus);
    return { command, action, flags: flagsOf(command, values) };
  }
  if (command !== "stdio" && command !== "http") {
    throw new ConfigError(
      `Unknown command "${command}": the commands are stdio, http and webhooks. --help shows the usage.`,
    );
  }
  refuseSurplus(command, words);
  return { command, flags: flagsOf(command, values) };
}

function refuseSurplus(command: string, [surplus]: readonly string[]): void {
  if (surplus === undefined) return;
  throw new ConfigError(
    `Unexpected argument "${surplus}" after ${command}. --help shows the usage.`,
  );
}

function flagsOf(
  command: SettingCommand,
  values: ReturnType<typeof parse>["values"],
): SettingFlags {
  const flags: Partial<Record<SettingName, string>> = {};
  for (const { name, flag, commands } of settingSources) {
    const value = flag === undefined ? undefined : values[flag];
    if (value === undefined) continue;
    if (!commands.includes(command)) {
      const [owner] = commands;
      throw new ConfigError(
        `--${flag} belongs to the ${owner} command: mlflow-prompts-mcp ${owner} --${flag} ...`,
      );
    }
    flags[name] = String(value);
  }
  return flags;
}

type FlagOptions = Record<string, { type: "string" | "boolean"; short?: string }>;

function parse(argv: readonly string[]) {
  const options: FlagOptions = {
    help: { type: "boolean", short: "h" },
    version: { type: "boolean", short: "v" },
  };
  for (const { flag, placeholder } of settingSources) {
    if (flag !== undefined) options[flag] = { type: placeholder ? "string" : "boolean" };
  }
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, options });
  } catch (error) {
    // The first sentence of a message of parseArgs names the flag.
    const [sentence] = error instanceof Error ? error.message.split(/\.\s/) : [String(error)];
    throw new ConfigError(`${sentence?.replace(/\.$/, "")}. --help shows the flags.`);
  }
}
