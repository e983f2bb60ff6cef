import { parseArgs } from "node:util";
import { ConfigError } from "./errors.ts";
import { type SettingName, settingNames, settingSources } from "./settings.ts";

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
  for (const name of settingNames) {
    const { flag, httpOnly } = settingSources[name];
    const value = values[flag];
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
  const flags = settingNames.map((name) => {
    const { flag, placeholder, variable, fallback, help, httpOnly } = settingSources[name];
    const left = `--${flag}${placeholder ? ` ${placeholder}` : ""}`;
    const scope = httpOnly ? "http: " : "";
    return `  ${left.padEnd(20)} ${scope}${help}\n${" ".repeat(23)}(${variable}, default ${fallback})`;
  });
  return `mlflow-prompts-mcp: an MLflow Prompt Registry as MCP prompts, tools and resources

Usage: mlflow-prompts-mcp [stdio | http] [flags]

Commands:
  stdio                serve one client over standard input and output (the default)
  http                 serve over Streamable HTTP at /mcp on a loopback address

Flags:
${flags.join("\n")}
  -h, --help           show this text
  -v, --version        show the version

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

type FlagOptions = Record<string, { type: "string" | "boolean"; short?: string }>;

function parse(argv: readonly string[]) {
  const options: FlagOptions = {
    help: { type: "boolean", short: "h" },
    version: { type: "boolean", short: "v" },
  };
  for (const name of settingNames) {
    const { flag, placeholder } = settingSources[name];
    options[flag] = { type: placeholder ? "string" : "boolean" };
  }
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, options });
  } catch (error) {
    // parseArgs explains itself in several sentences; the first one names the flag.
    const [sentence] = error instanceof Error ? error.message.split(/\.\s/) : [String(error)];
    throw new ConfigError(`${sentence?.replace(/\.$/, "")}. --help shows the flags.`);
  }
}
