import type { SettingCommand } from "../config/setting.ts";
import { settingSources } from "../config/settings.ts";

export function printHelp(): void {
  process.stdout.write(helpText());
}

/** The text of --help. */
export function helpText(): string {
  return `mlflow-prompts-mcp: an MLflow Prompt Registry as MCP prompts, tools and resources

Usage: mlflow-prompts-mcp [stdio | http | webhooks (install | remove | status)] [flags]

Commands:
  stdio                serve one client over standard input and output (the default)
  http                 serve over Streamable HTTP at /mcp and /mcp/{workspace}
  webhooks install     install and test the webhook that notifies the http command of changes
  webhooks remove      remove the webhook
  webhooks status      show and test the webhook; the exit code is 0 if it works

Flags:
${flagsHelp((commands) => commands.includes("stdio"))}
  -h, --help           show this text
  -v, --version        show the version

Flags of http:
${flagsHelp((commands) => commands.includes("http") && !commands.includes("stdio"))}

Flags of webhooks:
${flagsHelp((commands) => commands.includes("webhooks"))}

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

function flagsHelp(include: (commands: readonly SettingCommand[]) => boolean): string {
  const lines = settingSources
    .filter(({ commands }) => include(commands))
    .map(({ flag, placeholder, variable, fallback, help }) => {
      const left =
        flag === undefined ? variable : `--${flag}${placeholder ? ` ${placeholder}` : ""}`;
      const source = flag === undefined ? "variable only" : variable;
      const shown = fallback === "" ? "" : `, default ${fallback}`;
      const indent = " ".repeat(23);
      const opening = left.length > 20 ? `  ${left}\n${indent}` : `  ${left.padEnd(20)} `;
      return `${opening}${help}\n${indent}(${source}${shown})`;
    });
  return lines.join("\n");
}
