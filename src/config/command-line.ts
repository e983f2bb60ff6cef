import { parseArgs } from "node:util";
import { ConfigError } from "./errors.ts";
import { type SettingName, settingSources } from "./settings.ts";

export type Command = "stdio" | "http" | "help" | "version";

/** What the command line says: one command and the settings given as flags, as texts. */
export interface CommandLine {
  readonly command: Command;
  readonly flags: Readonly<Partial<Record<SettingName, string>>>;
}

/**
 * Reads the command line. No command means stdio.
 * @throws ConfigError for an unknown command or flag, or a flag that the command does not have
 */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const { values, positionals } = parse(argv);
  if (values.help === true) return { command: "help", flags: {} };
  if (values.version === true) return { command: "version", flags: {} };
  const [command = "stdio", surplus] = positionals;
  if (command !== "stdio" && command !== "http") {
    throw new ConfigError(
      `There is no command "${command}": the commands are stdio and http. --help shows them.`,
    );
  }
  if (surplus !== undefined) {
    throw new ConfigError(
      `"${surplus}" is one word too many after ${command}. --help shows usage.`,
    );
  }
  const flags: Partial<Record<SettingName, string>> = {};
  for (const { name, flag, httpOnly } of settingSources) {
    const value = flag === undefined ? undefined : values[flag];
    if (value === undefined) continue;
    if (httpOnly && command !== "http") {
      throw new ConfigError(
        `--${flag} belongs to the http command: mlflow-prompts-mcp http --${flag} ...`,
      );
    }
    flags[name] = String(value);
  }
  return { command, flags };
}

/** The text of --help. */
export function helpText(): string {
  return `mlflow-prompts-mcp: an MLflow Prompt Registry as MCP prompts, tools and resources

Usage: mlflow-prompts-mcp [stdio | http] [flags]

Commands:
  stdio                serve one client over standard input and output (the default)
  http                 serve over Streamable HTTP at /mcp and /mcp/{workspace}

Flags:
${flagsHelp(false)}
  -h, --help           show this text
  -v, --version        show the version

Flags of http:
${flagsHelp(true)}

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

function flagsHelp(httpOnly: boolean): string {
  const lines = settingSources
    .filter((source) => Boolean(source.httpOnly) === httpOnly)
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
