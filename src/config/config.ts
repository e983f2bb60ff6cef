import { homedir } from "node:os";
import type { SkillSelection } from "../registry/versions/prompt-tags.ts";
import { ConfigError } from "./errors.ts";
import { type ModelsConfig, modelsConfig } from "./models-config.ts";
import { readSettings } from "./read-settings.ts";
import { type RegistryConfig, registryConfig } from "./registry-config.ts";
import type { Environment, SettingFlags, SettingValues } from "./settings.ts";
import { telemetryVariables } from "./telemetry-variables.ts";

/** Configuration of both serving commands. */
export interface Config {
  readonly registry: RegistryConfig;
  /** MLflow workspace; absent means the server's default. */
  readonly workspace?: string;
  /** Aliases in order of preference; "latest" is the newest version. */
  readonly serve: readonly string[];
  readonly readOnly: boolean;
  /** Names of the tools to offer; empty means all. */
  readonly tools: readonly string[];
  readonly protectedAliases: readonly string[];
  /** Empty means all. */
  readonly writableAliases: readonly string[];
  /** JSON text, not parsed yet: a start needs no schema of gates. Absent: no gate. */
  readonly promotionGate?: string;
  readonly strictContent: boolean;
  readonly skills: SkillSelection;
  /** Whether to offer the view for people; absent means in chat hosts, and in browsers on loopback. */
  readonly ui?: boolean;
  readonly systemRole: "fold" | "label" | "assistant";
  readonly messages: "auto" | "all" | "one";
  readonly linkTraces: boolean;
  readonly cache: CacheConfig;
  /** Path of the file that audit lines are appended to; absent means the log. */
  readonly auditLog?: string;
  /** Seconds; 0 disables polling. */
  readonly pollInterval: number;
  /** Absent: no model can be asked. */
  readonly models?: ModelsConfig;
  /**
   * The MLflow experiment of `workspace` that traces are stored in, and on whose page prompts appear
   * when they are registered; absent means the workspace's default one for traces, and none for prompts.
   */
  readonly experimentId?: string;
  /** Absent: nothing is exported. */
  readonly telemetry?: TelemetryConfig;
}

export interface TelemetryConfig {
  /** OpenTelemetry's, by name. Some are secrets. */
  readonly variables: Environment;
  /** What the span that a client names becomes of the span of its request. */
  readonly clientTrace: "parent" | "link";
}

/** Times are in seconds, the size in bytes. */
export interface CacheConfig {
  /** 0 disables the cache. */
  readonly ttl: number;
  readonly outage: number;
  readonly size: number;
}

/**
 * Flags first, then the environment, then the defaults.
 * @throws ConfigError naming the flag or variable, its value and the fix
 */
export function loadConfig(
  flags: SettingFlags,
  environment: Environment,
  home: string = homedir(),
): Config {
  return configOf(readSettings("stdio", flags, environment), environment, home);
}

/** MLflow's workspace; absent means the server's default. */
export function workspaceOf({ MLFLOW_WORKSPACE }: Environment): string | undefined {
  return MLFLOW_WORKSPACE?.trim() || undefined;
}

function experimentOf({ MLFLOW_EXPERIMENT_ID }: Environment): string | undefined {
  const id = MLFLOW_EXPERIMENT_ID?.trim() || undefined;
  if (id === undefined || /^[\w-]+$/.test(id)) return id;
  throw new ConfigError(`MLFLOW_EXPERIMENT_ID is "${id}": it must be the ID of one experiment.`);
}

/** Picked by name: the compiler cannot relate the values of two commands otherwise. */
type ServingValues = Pick<SettingValues<"stdio">, keyof SettingValues<"stdio">>;

/** What both serving commands have in common. @throws ConfigError */
export function configOf(values: ServingValues, environment: Environment, home: string): Config {
  const { serve, readOnly, tools, protectedAliases, writableAliases, systemRole, messages } =
    values;
  const {
    cacheTtl,
    cacheOutage,
    cacheSize,
    pollInterval,
    auditLog,
    strictContent,
    skills,
    promotionGate,
    ui,
    linkTraces,
  } = values;
  const workspace = workspaceOf(environment);
  const registry = registryConfig(environment, home);
  const experimentId = experimentOf(environment);
  const models = modelsConfig(values, registry, environment);
  const variables = telemetryVariables(environment);
  return {
    ...{
      registry,
      serve,
      readOnly,
      tools,
      protectedAliases,
      writableAliases,
      strictContent,
      skills,
      systemRole,
      messages,
      linkTraces,
      cache: { ttl: cacheTtl, outage: cacheOutage, size: cacheSize },
      pollInterval,
    },
    ...(workspace ? { workspace } : {}),
    ...(promotionGate === undefined ? {} : { promotionGate }),
    ...(ui === undefined ? {} : { ui }),
    ...(models ? { models } : {}),
    ...(experimentId ? { experimentId } : {}),
    ...(variables ? { telemetry: { variables, clientTrace: values.clientTrace } } : {}),
    ...(auditLog === undefined ? {} : { auditLog }),
  };
}
