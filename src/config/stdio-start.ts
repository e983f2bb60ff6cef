import { resolve } from "node:path";
import type { Config } from "./config.ts";
import type { MlflowConfig, RegistryConfig } from "./registry-config.ts";
import { type Environment, type SettingFlags, settingSources } from "./settings.ts";
import { withoutCredentials } from "./texts.ts";
import { variableText } from "./variable-text.ts";

/** How a client starts this program over stdio. */
export interface StdioStart {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The start over stdio that serves what the given configuration serves, from any folder and in an
 * environment without variables. It contains placeholders such as `<MLFLOW_TRACKING_TOKEN>` in place
 * of secrets.
 * @param program the path of this program
 */
export function stdioStart(
  { registry, workspace, experimentId }: Pick<Config, "registry" | "workspace" | "experimentId">,
  flags: SettingFlags,
  environment: Environment,
  program: string,
): StdioStart {
  const env = {
    ...registryVariables(registry, environment),
    ...(workspace === undefined ? {} : { MLFLOW_WORKSPACE: workspace }),
    ...(experimentId === undefined ? {} : { MLFLOW_EXPERIMENT_ID: experimentId }),
    ...ownVariables(flags, environment),
  };
  return startedByNpx(environment, program)
    ? { command: "npx", args: ["-y", "mlflow-prompts-mcp", "stdio"], env }
    : { command: "node", args: [program, "stdio"], env };
}

/** `npx` runs an installed package, and every process below it inherits the variable. */
function startedByNpx({ npm_command }: Environment, program: string): boolean {
  return npm_command === "exec" && /[/\\]node_modules[/\\]mlflow-prompts-mcp[/\\]/.test(program);
}

function registryVariables(registry: RegistryConfig, environment: Environment) {
  if (registry.kind === "embedded") {
    return { MLFLOW_TRACKING_URI: `sqlite:///${resolve(registry.path)}` };
  }
  return {
    MLFLOW_TRACKING_URI: registry.baseUrl,
    ...credentialVariables(registry, environment),
    ...pick(environment, plainVariables, (text) => text),
    ...pick(environment, fileVariables, (path) => resolve(path)),
    ...proxyVariables(registry),
  };
}

const plainVariables = [
  "MLFLOW_HTTP_REQUEST_TIMEOUT",
  "MLFLOW_HTTP_REQUEST_MAX_RETRIES",
  "MLFLOW_TRACKING_INSECURE_TLS",
];

const fileVariables = [
  "MLFLOW_TRACKING_SERVER_CERT_PATH",
  "MLFLOW_TRACKING_CLIENT_CERT_PATH",
  "NODE_EXTRA_CA_CERTS",
];

/** Nothing for credentials in `~/.mlflow/credentials`, which every start reads. */
function credentialVariables({ credential }: MlflowConfig, environment: Environment) {
  if (credential?.kind === "bearer") return placeholders("MLFLOW_TRACKING_TOKEN");
  const { MLFLOW_TRACKING_USERNAME: username, MLFLOW_TRACKING_PASSWORD: password } = environment;
  const uri = environment.MLFLOW_REGISTRY_URI || environment.MLFLOW_TRACKING_URI;
  if (!username && !password && uri !== undefined && uri !== withoutCredentials(uri)) {
    return placeholders("MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD");
  }
  return {
    ...(username ? { MLFLOW_TRACKING_USERNAME: username } : {}),
    ...(password ? placeholders("MLFLOW_TRACKING_PASSWORD") : {}),
  };
}

function proxyVariables({ proxy }: MlflowConfig): Record<string, string> {
  if (proxy === undefined) return {};
  const { variable, url, noProxy } = proxy;
  const plain = withoutCredentials(url);
  const shown = plain === url ? url : plain.replace("//", "//<user>:<password>@");
  return { [variable]: shown, ...(noProxy ? { NO_PROXY: noProxy } : {}) };
}

/** The program's own settings that are not at their defaults. */
function ownVariables(flags: SettingFlags, environment: Environment): Record<string, string> {
  return Object.fromEntries(
    settingSources
      .filter(({ commands }) => commands.includes("stdio"))
      .flatMap((source) => {
        const { name, flag, variable, fallback, placeholder } = source;
        const text = flags[name] ?? (variableText(source, environment) || fallback);
        if (text === fallback) return [];
        // A setting without a flag is a secret.
        if (flag === undefined) return Object.entries(placeholders(variable));
        return [[variable, placeholder === "FILE" ? resolve(text) : text]];
      }),
  );
}

/** The variables that are set, each with its value changed. */
function pick(
  environment: Environment,
  names: readonly string[],
  change: (text: string) => string,
): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const text = environment[name];
      return text ? [[name, change(text)]] : [];
    }),
  );
}

function placeholders(...names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, `<${name}>`]));
}
