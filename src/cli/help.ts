import type { SettingCommand } from "../config/setting.ts";
import { settingSources } from "../config/settings.ts";
import { secretFileVariable } from "../config/variable-text.ts";
import type { CommandArgument, CommandEntry, CommandOption } from "./command.ts";
import { ownOptions } from "./command-flags.ts";
import { commands, servingCommands } from "./commands.ts";
import { exitCodeMeanings } from "./exit-codes.ts";

/** The text of --help. */
export function helpText(): string {
  return `mlflow-prompts-mcp: an MLflow Prompt Registry as MCP prompts, tools and resources

Usage: mlflow-prompts-mcp [COMMAND] [flags]

Commands that serve MCP:
${servingCommands.map(commandHelp).join("\n")}

Commands for the terminal and for scripts (mlflow-prompts-mcp COMMAND --help shows flags and examples):
${commands.map(commandHelp).join("\n")}

Exit codes:
${exitCodesHelp()}

Flags of stdio, and of all commands but http and webhooks:
${flagsHelp((readers) => readers.includes("stdio"))}
  -h, --help           show this text, or the help of the command
  -v, --version        show the version

Flags of http:
${flagsHelp((readers) => readers.includes("http") && !readers.includes("stdio"))}

Flags of webhooks:
${flagsHelp((readers) => readers.includes("webhooks"))}

MLflow's own variables, which select the registry:
  MLFLOW_TRACKING_URI or MLFLOW_REGISTRY_URI
                       http(s)://host[/prefix] of an MLflow server, or sqlite:///path of a
                       database file; default: a file in your data directory
  MLFLOW_WORKSPACE     the workspace to serve
  MLFLOW_TRACKING_USERNAME, MLFLOW_TRACKING_PASSWORD, MLFLOW_TRACKING_TOKEN
                       the credential; also read from ~/.mlflow/credentials
  MLFLOW_TRACKING_INSECURE_TLS, MLFLOW_TRACKING_SERVER_CERT_PATH,
  MLFLOW_TRACKING_CLIENT_CERT_PATH, MLFLOW_HTTP_REQUEST_TIMEOUT, MLFLOW_HTTP_REQUEST_MAX_RETRIES
                       as in MLflow
`;
}

/** The help of one command. */
export function helpOf(entry: CommandEntry): string {
  const { summary, example, json } = entry;
  const options = ownOptions(entry);
  return [
    `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
    section("Usage:", [`  ${usageOf(entry)}`]),
    section(
      "Arguments:",
      entry.arguments.map(({ name, help }) => `${opening(name)}${help}`),
    ),
    section(
      "Flags:",
      options.map((option) => `${opening(optionUsage(option))}${option.help}`),
    ),
    section("JSON fields:", json ? [`  ${json.join(", ")}`] : []),
    settingsHelp(entry),
    section(
      example.length === 1 ? "Example:" : "Examples:",
      example.map((line) => `  mlflow-prompts-mcp ${line}`),
    ),
  ]
    .filter((part) => part !== "")
    .join("\n\n")
    .concat("\n");
}

/** Serving commands explain their settings; the others point at stdio, which has the same. */
function settingsHelp({ name, settings }: CommandEntry): string {
  if (settings === undefined) return "";
  if (name === settings) {
    return section("Flags:", [flagsHelp((readers) => readers.includes(settings))]);
  }
  return "The flags and variables of stdio select the registry: mlflow-prompts-mcp stdio --help.";
}

/** A command with its arguments and flags, as usage shows it. */
export function usageOf(entry: CommandEntry): string {
  const words = entry.arguments.map(argumentUsage);
  return ["mlflow-prompts-mcp", entry.name, ...words, "[flags]"].join(" ");
}

/** A flag with its value, as usage shows it. */
export function optionUsage({ flag, placeholder }: CommandOption): string {
  if (placeholder === undefined) return `--${flag}`;
  return flag === "json" ? `--${flag} [${placeholder}]` : `--${flag} ${placeholder}`;
}

function argumentUsage({ name, optional, many }: CommandArgument): string {
  const word = many ? `${name}...` : name;
  return optional ? `[${word}]` : word;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : [title, ...lines].join("\n");
}

function commandHelp(entry: CommandEntry): string {
  const words = [entry.name, ...entry.arguments.map(argumentUsage)];
  return `${opening(words.join(" "))}${entry.summary}`;
}

function exitCodesHelp(): string {
  return Object.entries(exitCodeMeanings)
    .map(([code, meaning]) => `  ${code}  ${meaning}`)
    .join("\n");
}

function flagsHelp(include: (commands: readonly SettingCommand[]) => boolean): string {
  const lines = settingSources
    .filter(({ commands }) => include(commands))
    .map(({ flag, placeholder, variable, fallback, help }) => {
      const left =
        flag === undefined ? variable : `--${flag}${placeholder ? ` ${placeholder}` : ""}`;
      // A setting without a flag is a secret, which may be in a file.
      const source = flag === undefined ? `or ${secretFileVariable(variable)}` : variable;
      const shown = fallback === "" ? "" : `, default ${fallback}`;
      return `${opening(left)}${help}\n${indent}(${source}${shown})`;
    });
  return lines.join("\n");
}

const indent = " ".repeat(23);

function opening(left: string): string {
  return left.length > 20 ? `  ${left}\n${indent}` : `  ${left.padEnd(20)} `;
}
