import { homedir } from "node:os";
import { trimTrailing } from "../registry/text/trim-end.ts";
import { type Config, configOf } from "./config.ts";
import { ConfigError } from "./errors.ts";
import { readSettings } from "./read-settings.ts";
import type { CredentialConfig, RegistryConfig } from "./registry-config.ts";
import type { Environment, SettingFlags, SettingValues } from "./settings.ts";
import { isLoopback } from "./texts.ts";

/** Which tokens are accepted, and how they are exchanged for MLflow tokens. */
export interface OAuthConfig {
  readonly mode: "oauth";
  readonly issuer: URL;
  /** The issuer as configured, with or without a final slash. */
  readonly issuerName: string;
  /** The audience that tokens must have; absent means the address of the MCP endpoint. */
  readonly audience?: string;
  /** Absent means the one in the issuer's metadata. */
  readonly jwksUri?: URL;
  readonly algorithms: readonly string[];
  /** In lower case, without `application/`; `jwt` also stands for a missing type. */
  readonly tokenTypes: readonly string[];
  readonly clockSkewSeconds: number;
  readonly workspacesClaim: string;
  /** The page's client id at the issuer; absent means that people paste a token. */
  readonly uiClientId?: string;
  /** Absent means that MLflow is called with the server's own credential. */
  readonly exchange?: {
    readonly tokenUrl: URL;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly audience?: string;
  };
}

/** How callers authenticate. */
export type AuthConfig = { readonly mode: "none" } | { readonly mode: "forward" } | OAuthConfig;

type Values = SettingValues<"http">;

type Plain = Pick<
  Values,
  | "host"
  | "port"
  | "operationsPort"
  | "workspaces"
  | "auditSecret"
  | "stateless"
  | "allowedHosts"
  | "allowedOrigins"
  | "trustProxy"
  | "maxBody"
  | "maxInFlight"
  | "maxStreams"
  | "maxSessions"
  | "callerShare"
  | "sessionIdle"
  | "rateLimit"
  | "requestTimeout"
  | "credentialCheck"
  | "webhookSecret"
  | "redisUrl"
  | "shutdownTimeout"
>;

/** Configuration of the http command. Sizes are in bytes, times in seconds. */
export interface HttpConfig extends Readonly<Plain> {
  readonly auth: AuthConfig;
  /** Whether browsers can open the view at `/ui`. */
  readonly servesPage: boolean;
  /** Without a final slash. Absent means the address that is listened on. */
  readonly publicUrl?: string;
  /** Where callers open MLflow's pages, without a final slash. Absent: they learn no address. */
  readonly mlflowUiUrl?: string;
  readonly tls?: { readonly certPath: string; readonly keyPath: string };
}

/** Configuration of the http command. */
export interface HttpServerConfig extends Config {
  readonly http: HttpConfig;
}

/**
 * As `loadConfig`, for the http command.
 * @throws ConfigError also when settings contradict each other or would allow unauthenticated access
 */
export function loadHttpConfig(
  flags: SettingFlags,
  environment: Environment,
  home: string = homedir(),
): HttpServerConfig {
  const values = readSettings("http", flags, environment);
  const config = configOf(values, environment, home);
  return { ...config, http: httpConfig(values, config.registry) };
}

function httpConfig(values: Values, registry: RegistryConfig): HttpConfig {
  const { publicUrl, mlflowUiUrl: _, tlsCert, tlsKey, ...plain } = values;
  const tls = tlsOf(tlsCert, tlsKey);
  const auth = authOf(values);
  refuseUnauthenticatedAccess(values, auth);
  if (auth.mode === "forward") checkForward(registry);
  const mlflowUiUrl = mlflowUiOf(values, auth, registry);
  return {
    ...plain,
    auth,
    servesPage: values.ui ?? isLoopback(values.host),
    ...(publicUrl ? { publicUrl: trimTrailing(publicUrl.href, "/") } : {}),
    ...(mlflowUiUrl === undefined ? {} : { mlflowUiUrl }),
    ...(tls ? { tls } : {}),
  };
}

/** Whoever is on this machine may learn the address that the server itself uses. */
function mlflowUiOf(
  { mlflowUiUrl, publicUrl, host }: Values,
  { mode }: AuthConfig,
  registry: RegistryConfig,
): string | undefined {
  if (registry.kind === "embedded") {
    if (mlflowUiUrl === undefined) return undefined;
    throw new ConfigError(
      "--mlflow-ui-url needs MLFLOW_TRACKING_URI: an embedded registry has no pages of MLflow.",
    );
  }
  if (mlflowUiUrl !== undefined) return trimTrailing(mlflowUiUrl.href, "/");
  return mode === "none" && publicUrl === undefined && isLoopback(host)
    ? registry.baseUrl
    : undefined;
}

/** An address that other machines can reach requires callers to authenticate. */
function refuseUnauthenticatedAccess(values: Values, auth: AuthConfig): void {
  if (auth.mode !== "none" || values.allowUnauthenticated || isLoopback(values.host)) return;
  throw new ConfigError(
    `The address ${values.host} can be reached from other machines and --auth is none: anybody could read and change the prompts. Set --auth forward (each caller's own MLflow credential) or --auth oauth, listen on 127.0.0.1, or set --allow-unauthenticated if a proxy in front of this server authenticates callers.`,
  );
}

function checkForward(registry: RegistryConfig): void {
  if (registry.kind === "embedded") {
    throw new ConfigError(
      "--auth forward needs an MLflow server that checks the callers' credentials: set MLFLOW_TRACKING_URI to its address. An embedded registry checks none.",
    );
  }
  const credential: CredentialConfig | undefined = registry.credential;
  if (credential === undefined) return;
  throw new ConfigError(
    "--auth forward calls MLflow with each caller's own credential, but this server also has a credential of its own. Remove MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, MLFLOW_TRACKING_TOKEN, ~/.mlflow/credentials and any credential in MLFLOW_TRACKING_URI.",
  );
}

function tlsOf(certPath: string | undefined, keyPath: string | undefined): HttpConfig["tls"] {
  if (certPath !== undefined && keyPath !== undefined) return { certPath, keyPath };
  if (certPath === undefined && keyPath === undefined) return undefined;
  throw new ConfigError("--tls-cert and --tls-key belong together: set both or neither.");
}

function authOf(values: Values): AuthConfig {
  if (values.auth !== "oauth") return { mode: values.auth };
  if (values.oauthIssuer === undefined) {
    throw new ConfigError(
      "--auth oauth needs --oauth-issuer: the address of the authorization server.",
    );
  }
  const exchange = exchangeOf(values);
  return {
    mode: "oauth",
    issuer: values.oauthIssuer.url,
    issuerName: values.oauthIssuer.name,
    ...(values.oauthAudience ? { audience: values.oauthAudience } : {}),
    ...(values.oauthJwksUri ? { jwksUri: values.oauthJwksUri } : {}),
    algorithms: values.oauthAlgorithms,
    tokenTypes: values.oauthTokenTypes,
    clockSkewSeconds: values.oauthClockSkew,
    workspacesClaim: values.oauthWorkspacesClaim,
    ...(values.uiClientId ? { uiClientId: values.uiClientId } : {}),
    ...(exchange ? { exchange } : {}),
  };
}

function exchangeOf(values: Values): OAuthConfig["exchange"] {
  const { oauthTokenUrl, oauthClientId, oauthClientSecret, oauthMlflowAudience } = values;
  if (oauthTokenUrl === undefined) return undefined;
  if (oauthClientId === undefined || oauthClientSecret === undefined) {
    throw new ConfigError(
      "--oauth-token-url needs --oauth-client-id and MLFLOW_PROMPTS_OAUTH_CLIENT_SECRET: this server authenticates at the token endpoint with them.",
    );
  }
  return {
    tokenUrl: oauthTokenUrl,
    clientId: oauthClientId,
    clientSecret: oauthClientSecret,
    ...(oauthMlflowAudience ? { audience: oauthMlflowAudience } : {}),
  };
}
