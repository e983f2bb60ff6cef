import { parseArgs } from "node:util";
import { ConfigError } from "../config/errors.ts";
import type { SettingCommand } from "../config/setting.ts";
import { type SettingName, settingSources } from "../config/settings.ts";

type Flags = Readonly<Partial<Record<SettingName, string>>>;

const webhooksActions = ["install", "remove", "status"] as const;

/** What is done about MLflow's webhooks. */
export type WebhooksAction = (typeof webhooksActions)[number];

/** What the command line says: one command and the settings given as flags, as texts. */
export type CommandLine =
  | { readonly command: "stdio" | "http" | "help" | "version"; readonly flags: Flags }
  | { readonly command: "webhooks"; readonly action: WebhooksAction; readonly flags: Flags };

/**
 * Reads the command line. No command means stdio.
 * @throws ConfigError for an unknown command or flag, or a flag that the command does not have
 */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const { values, positionals } = parse(argv);
  if (values.help === true) return { command: "help", flags: {} };
  if (values.version === true) return { command: "version", flags: {} };
  const [command = "stdio", ...words] = positionals;
  if (command === "webhooks") {
    const [word, ...surplus] = words;
    const action = webhooksActions.find((one) => one === word);
    if (action === undefined) {
      throw new ConfigError(
        `webhooks is followed by ${webhooksActions.join(", ")}${word === undefined ? "" : `, and not by "${word}"`}. --help shows usage.`,
      );
    }
    refuseSurplus(`webhooks ${action}`, surplus);
    return { command, action, flags: flagsOf(command, values) };
  }
  if (command !== "stdio" && command !== "http") {
    throw new ConfigError(
      `There is no command "${command}": the commands are stdio, http and webhooks. --help shows them.`,
    );
  }
  refuseSurplus(command, words);
  return { command, flags: flagsOf(command, values) };
}

function refuseSurplus(command: string, [surplus]: readonly string[]): void {
  if (surplus === undefined) return;
  throw new ConfigError(`"${surplus}" is one word too many after ${command}. --help shows usage.`);
}

function flagsOf(command: SettingCommand, values: ReturnType<typeof parse>["values"]): Flags {
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

/** The text of --help. */
export function helpText(): string {
  return `mlflow-prompts-mcp: an MLflow Prompt Registry as MCP prompts, tools and resources

Usage: mlflow-prompts-mcp [stdio | http | webhooks (install | remove | status)] [flags]

Commands:
  stdio                serve one client over standard input and output (the default)
  http                 serve over Streamable HTTP at /mcp and /mcp/{workspace}
  webhooks install     have MLflow tell the http command of changes, and test that it does
  webhooks remove      take that back
  webhooks status      say whether MLflow does; the exit code is 0 if so

Flags:
${flagsHelp((commands) => commands.includes("stdio"))}
  -h, --help           show this text
  -v, --version        show the version

Flags of http:
${flagsHelp((commands) => commands.includes("http") && !commands.includes("stdio"))}

Flags of webhooks:
${flagsHelp((commands) => commands.includes("webhooks"))}

The registry, from MLflow's own variables:
  MLFLOW_TRACKING_URI or MLFLOW_REGISTRY_URI
                       http(s)://host[/prefix] of an MLflow server, or sqlite:///path of a
                       database file; unset means a file in your data directory
  MLFLOW_WORKSPACE     the workspace to serve
  MLFLOW_TRACKING_USERNAME, MLFLOW_TRACKING_PASSWORD, MLFLOW_TRACKING_TOKEN
                       the credential; also read from ~/.mlflow/credentials
  MLFLOW_TRACKING_INSECURE_TLS, MLFLOW_TRACKING_SERVER_CERT_PATH,
  MLFLOW_TRACKING_CLIENT_CERT_PATH, MLFLOW_HTTP_REQUEST_TIMEOUT, MLFLOW_HTTP_REQUEST_MAX_RETRIES
                       as in MLflow
`;
}

function flagsHelp(wanted: (commands: readonly SettingCommand[]) => boolean): string {
  const lines = settingSources
    .filter(({ commands }) => wanted(commands))
    .map(({ flag, placeholder, variable, fallback, help }) => {
      const left =
        flag === undefined ? variable : `--${flag}${placeholder ? ` ${placeholder}` : ""}`;
      const source = flag === undefined ? "a variable only" : variable;
      const shown = fallback === "" ? "" : `, default ${fallback}`;
      const indent = " ".repeat(23);
      const opening = left.length > 20 ? `  ${left}\n${indent}` : `  ${left.padEnd(20)} `;
      return `${opening}${help}\n${indent}(${source}${shown})`;
    });
  return lines.join("\n");
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
    // parseArgs explains itself in several sentences; the first one names the flag.
    const [sentence] = error instanceof Error ? error.message.split(/\.\s/) : [String(error)];
    throw new ConfigError(`${sentence?.replace(/\.$/, "")}. --help shows the flags.`);
  }
}
