import { join } from "node:path";
import * as z from "zod";
import { trimTrailing } from "../registry/text/trim-end.ts";
import { readCredentialsFile } from "./credentials-file.ts";
import { ConfigError } from "./errors.ts";
import { type ProxyConfig, proxyConfig } from "./proxy-config.ts";
import type { Environment } from "./settings.ts";
import { booleanText, numberText, withoutCredentials } from "./texts.ts";

/** How a request to MLflow authenticates. */
export type CredentialConfig =
  | { readonly kind: "basic"; readonly username: string; readonly password: string }
  | { readonly kind: "bearer"; readonly token: string };

export interface EmbeddedConfig {
  readonly kind: "embedded";
  readonly path: string;
  /** Whether the file gets sample prompts when it is created: only the default file does. */
  readonly samples: boolean;
}

export interface MlflowConfig {
  readonly kind: "mlflow";
  /** `http(s)://host[:port][/prefix]`, without credentials and without a final slash. */
  readonly baseUrl: string;
  readonly credential?: CredentialConfig;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly maxRetries: number;
  readonly tls: {
    readonly insecure: boolean;
    readonly caPath?: string;
    readonly clientCertPath?: string;
  };
  readonly proxy?: ProxyConfig;
}

export type RegistryConfig = EmbeddedConfig | MlflowConfig;

/** Short enough for a waiting person: with MLflow's defaults it takes minutes to report a failure. */
const defaults = { connectTimeoutMs: 2_000, requestTimeoutSeconds: 10, retries: 2 };

/**
 * The registry that MLflow's variables select. The registry URI takes precedence over the tracking
 * URI, as in MLflow's client (3.17, `mlflow/tracking/_model_registry/utils.py`).
 * @throws ConfigError
 */
export function registryConfig(environment: Environment, home: string): RegistryConfig {
  const variable = environment.MLFLOW_REGISTRY_URI ? "MLFLOW_REGISTRY_URI" : "MLFLOW_TRACKING_URI";
  const uri = environment[variable];
  if (!uri) {
    return { kind: "embedded", path: defaultDatabasePath(environment, home), samples: true };
  }
  return registryAt(uri, variable, environment, home);
}

/**
 * The registry at an address.
 * @param label what errors call the address
 * @param home absent: MLflow's file with credentials is not read
 * @throws ConfigError
 */
export function registryAt(
  uri: string,
  label: string,
  environment: Environment,
  home: string | undefined,
): RegistryConfig {
  if (uri.startsWith("sqlite:")) {
    return { kind: "embedded", path: sqlitePath(label, uri), samples: false };
  }
  if (/^https?:/i.test(uri)) return mlflowConfig(label, uri, environment, home);
  throw new ConfigError(`${label} is "${withoutCredentials(uri)}": ${unsupported(uri)}`);
}

function defaultDatabasePath(environment: Environment, home: string): string {
  const folder = join("mlflow-prompts-mcp", "registry.db");
  if (environment.XDG_DATA_HOME) return join(environment.XDG_DATA_HOME, folder);
  if (process.platform === "win32" && environment.LOCALAPPDATA) {
    return join(environment.LOCALAPPDATA, folder);
  }
  if (process.platform === "darwin") return join(home, "Library", "Application Support", folder);
  return join(home, ".local", "share", folder);
}

/** SQLAlchemy's forms: `sqlite:///relative.db` and `sqlite:////absolute.db`. */
function sqlitePath(variable: string, uri: string): string {
  const path = /^sqlite:\/\/\/([^?]+)$/.exec(uri)?.[1];
  if (path === undefined || path === ":memory:") {
    throw new ConfigError(
      `${variable} is "${uri}": a database file must be written as sqlite:///relative/path.db or sqlite:////absolute/path.db.`,
    );
  }
  return path;
}

function unsupported(uri: string): string {
  if (/^(postgresql|mysql|mssql)/.test(uri)) {
    return `start "mlflow server --backend-store-uri ..." on that database and set the server's http(s) address.`;
  }
  if (/^(databricks|uc)/.test(uri)) {
    return "Databricks registries are not supported: set an MLflow server's http(s) address.";
  }
  return "it must be http(s)://host[/prefix] of an MLflow server or sqlite:///path of a database file.";
}

function mlflowConfig(
  variable: string,
  uri: string,
  environment: Environment,
  home: string | undefined,
): MlflowConfig {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (!url || url.search || url.hash) {
    throw new ConfigError(
      `${variable} is "${withoutCredentials(uri)}": it must be http(s)://host[:port][/prefix], without a query.`,
    );
  }
  refuseForeignAuth(environment);
  const credential = credentialOf(url, environment, home);
  const proxy = proxyConfig(url, environment);
  return {
    kind: "mlflow",
    baseUrl: `${url.origin}${trimTrailing(url.pathname, "/")}`,
    ...(credential ? { credential } : {}),
    connectTimeoutMs: defaults.connectTimeoutMs,
    requestTimeoutMs: 1_000 * requestSeconds(environment),
    maxRetries: maxRetries(environment),
    tls: tlsOf(environment),
    ...(proxy ? { proxy } : {}),
  };
}

/**
 * MLflow's precedence (3.17, `mlflow/utils/credentials.py` and `rest_utils.py`): username and
 * password, each from the environment or else the file, take precedence when both are set; then the
 * token; then the credentials in the URI, which MLflow's HTTP library uses.
 */
function credentialOf(
  url: URL,
  environment: Environment,
  home: string | undefined,
): CredentialConfig | undefined {
  const file = home === undefined ? {} : readCredentialsFile(join(home, ".mlflow", "credentials"));
  const username = environment.MLFLOW_TRACKING_USERNAME || file.username;
  const password = environment.MLFLOW_TRACKING_PASSWORD || file.password;
  if (username && password) return { kind: "basic", username, password };
  if (environment.MLFLOW_TRACKING_TOKEN) {
    return { kind: "bearer", token: environment.MLFLOW_TRACKING_TOKEN };
  }
  if (!url.username) return undefined;
  return {
    kind: "basic",
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
}

function refuseForeignAuth(environment: Environment): void {
  for (const variable of ["MLFLOW_TRACKING_AUTH", "MLFLOW_TRACKING_AWS_SIGV4"]) {
    const value = environment[variable];
    if (!value || /^(false|0)$/i.test(value)) continue;
    throw new ConfigError(
      `${variable} is "${value}": this server supports only a username and password, or a token. Unset it and set MLFLOW_TRACKING_TOKEN.`,
    );
  }
}

function tlsOf(environment: Environment): MlflowConfig["tls"] {
  const insecure = read("MLFLOW_TRACKING_INSECURE_TLS", environment, "false", booleanText());
  const caPath = environment.MLFLOW_TRACKING_SERVER_CERT_PATH;
  const clientCertPath = environment.MLFLOW_TRACKING_CLIENT_CERT_PATH;
  if (insecure && caPath) {
    throw new ConfigError(
      "MLFLOW_TRACKING_INSECURE_TLS and MLFLOW_TRACKING_SERVER_CERT_PATH contradict each other: unset one of them.",
    );
  }
  return {
    insecure,
    ...(caPath ? { caPath } : {}),
    ...(clientCertPath ? { clientCertPath } : {}),
  };
}

function requestSeconds(environment: Environment): number {
  return read(
    "MLFLOW_HTTP_REQUEST_TIMEOUT",
    environment,
    String(defaults.requestTimeoutSeconds),
    numberText(z.number().min(0.001).max(86_400), "it must be a number of seconds above 0"),
  );
}

function maxRetries(environment: Environment): number {
  return read(
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES",
    environment,
    String(defaults.retries),
    numberText(z.int().min(0).max(100), "it must be a whole number from 0 to 100"),
  );
}

function read<Value>(
  variable: string,
  environment: Environment,
  fallback: string,
  schema: z.ZodType<Value, string>,
): Value {
  const text = environment[variable] || fallback;
  const parsed = schema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new ConfigError(`${variable} is "${text}": ${parsed.error.issues[0]?.message}.`);
}
