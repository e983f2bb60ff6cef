import { existsSync } from "node:fs";
import { ConfigError } from "./errors.ts";
import { type RegistryConfig, registryAt } from "./registry-config.ts";
import type { Environment } from "./settings.ts";
import { withoutCredentials } from "./texts.ts";

/** A registry that a command names, and its workspace. */
export interface NamedRegistry {
  readonly registry: RegistryConfig;
  /** Absent: the default workspace, or none. */
  readonly workspace?: string;
}

/** The variables of the registry that prompts come from, and MLflow's for the same. */
const sourceVariables = {
  MLFLOW_PROMPTS_FROM_USERNAME: "MLFLOW_TRACKING_USERNAME",
  MLFLOW_PROMPTS_FROM_PASSWORD: "MLFLOW_TRACKING_PASSWORD",
  MLFLOW_PROMPTS_FROM_TOKEN: "MLFLOW_TRACKING_TOKEN",
  MLFLOW_PROMPTS_FROM_INSECURE_TLS: "MLFLOW_TRACKING_INSECURE_TLS",
  MLFLOW_PROMPTS_FROM_SERVER_CERT_PATH: "MLFLOW_TRACKING_SERVER_CERT_PATH",
  MLFLOW_PROMPTS_FROM_CLIENT_CERT_PATH: "MLFLOW_TRACKING_CLIENT_CERT_PATH",
} as const;

/**
 * The registry that prompts go to, with the credential of MLflow's variables.
 * @param address as MLFLOW_TRACKING_URI, with `?workspace=NAME`
 * @throws ConfigError
 */
export function targetRegistry(
  address: string,
  workspace: string | undefined,
  environment: Environment,
  home: string,
): NamedRegistry {
  const named = splitAddress("--to", address, workspace);
  return { ...named, registry: registryAt(named.uri, "--to", environment, home) };
}

/**
 * The registry that prompts come from, with a credential of its own: that of the target goes to no other
 * server. On the server of the target, MLflow's variables count where no own ones are set.
 * @throws ConfigError
 */
export function sourceRegistry(
  address: string,
  workspace: string | undefined,
  environment: Environment,
  target: NamedRegistry,
): NamedRegistry {
  const named = splitAddress("--from", address, workspace);
  const own = registryAt(named.uri, "--from", ownEnvironment(environment), undefined);
  if (own.kind === "embedded" && !existsSync(own.path)) {
    throw new ConfigError(`--from is "${named.uri}": there is no file ${own.path}.`);
  }
  const isShared =
    own.kind === "mlflow" &&
    target.registry.kind === "mlflow" &&
    own.baseUrl === target.registry.baseUrl &&
    Object.keys(sourceVariables).every((name) => !environment[name]);
  return { ...named, registry: isShared ? target.registry : own };
}

function ownEnvironment(environment: Environment): Environment {
  const own = Object.entries(sourceVariables).map(([name, mlflows]) => [
    mlflows,
    environment[name],
  ]);
  return { ...environment, ...Object.fromEntries(own) };
}

function splitAddress(
  flag: string,
  address: string,
  workspace: string | undefined,
): { readonly uri: string; readonly workspace?: string } {
  const [uri = "", query, ...more] = address.split("?");
  if (uri.includes("@") && /^https?:/i.test(uri)) {
    throw new ConfigError(
      `${flag} is "${withoutCredentials(uri)}" with a credential, which other users could read: set it in ${flag === "--to" ? "MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD" : "MLFLOW_PROMPTS_FROM_USERNAME and MLFLOW_PROMPTS_FROM_PASSWORD"}.`,
    );
  }
  const named = query === undefined ? undefined : /^workspace=([^&]+)$/.exec(query)?.[1];
  if (more.length > 0 || (query !== undefined && named === undefined)) {
    throw new ConfigError(
      `${flag} is "${withoutCredentials(address)}": behind "?" there must be workspace=NAME alone.`,
    );
  }
  const given = named === undefined ? undefined : decoded(flag, named);
  if (workspace !== undefined && given !== undefined && workspace !== given) {
    throw new ConfigError(`${flag} names the workspace "${given}", and ${flag}-workspace another.`);
  }
  const chosen = workspace ?? given;
  return { uri, ...(chosen === undefined ? {} : { workspace: chosen }) };
}

function decoded(flag: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ConfigError(`${flag} names the workspace "${text}", which is no part of an address.`);
  }
}
