import { type ParseArgsConfig, parseArgs } from "node:util";
import { ConfigError } from "../config/errors.ts";
import { type SettingFlags, type SettingName, settingSources } from "../config/settings.ts";

/** What is asked of the program. */
export type CommandLine =
  /** One of the commands that serve, and the settings given as flags, which are not parsed yet. */
  | { readonly command: "stdio" | "http"; readonly flags: SettingFlags }
  /** All else. The command's name comes first. */
  | { readonly command: "other"; readonly argv: readonly string[] };

const options: NonNullable<ParseArgsConfig["options"]> = {
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
  ...Object.fromEntries(
    settingSources.flatMap(({ flag, placeholder }) =>
      flag === undefined ? [] : [[flag, { type: placeholder ? "string" : "boolean" } as const]],
    ),
  ),
};

/**
 * Parses the command line of the commands that serve, and finds the name of any other command. A
 * client waits for stdio to start, so the parser of the other commands is not loaded for it. Without a
 * command it is stdio.
 * @throws ConfigError for an unknown flag, or one that the command does not have
 */
export async function parseCommandLine(argv: readonly string[]): Promise<CommandLine> {
  const { tokens } = parseArgs({
    ...{ args: [...argv], options, strict: false, tokens: true },
    ...{ allowPositionals: true, allowNegative: true },
  });
  const name = tokens.find(({ kind }) => kind === "positional");
  const command = (name && argv[name.index]) ?? "stdio";
  const asked = tokens.find(
    (token) => token.kind === "option" && ["help", "version"].includes(token.name),
  );
  if (asked?.kind === "option") {
    const words = name === undefined || asked.name === "version" ? [] : [command];
    return { command: "other", argv: [...words, `--${asked.name}`] };
  }
  if (command === "stdio" || command === "http") return parseServing(command, argv);
  const rest = argv.filter((_, index) => index !== name?.index);
  return { command: "other", argv: [command, ...rest] };
}

async function parseServing(
  command: "stdio" | "http",
  argv: readonly string[],
): Promise<CommandLine> {
  const { values, positionals } = await parseStrictly(command, argv);
  const [, surplus] = positionals;
  if (surplus !== undefined) {
    throw new ConfigError(
      `Unexpected argument "${surplus}" after ${command}. --help shows the usage.`,
    );
  }
  const flags: Partial<Record<SettingName, string>> = {};
  for (const { name, flag, commands } of settingSources) {
    const value = flag === undefined ? undefined : values[flag];
    if (value === undefined) continue;
    if (!commands.includes(command)) throw await unknownFlag(command, `--${flag}`);
    flags[name] = String(value);
  }
  return { command, flags };
}

async function parseStrictly(command: string, argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, allowNegative: true, options });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const [, flag] = /^Unknown option '(--?[\w-]+)'/.exec(message) ?? [];
    if (flag !== undefined) throw await unknownFlag(command, flag);
    // The first sentence of a message of parseArgs names the flag.
    const [sentence] = message.split(/\.\s/);
    throw new ConfigError(`${sentence?.replace(/\.$/, "")}. --help shows the flags.`);
  }
}

/** The parser of the other commands knows all flags, and which one is meant. */
async function unknownFlag(command: string, flag: string): Promise<unknown> {
  const { usageErrorOf } = await import("./parser.ts");
  return usageErrorOf([command, flag]);
}
