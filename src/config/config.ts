import { homedir } from "node:os";
import type { SkillSelection } from "../registry/versions/prompt-tags.ts";
import { ConfigError } from "./errors.ts";
import { type HttpConfig, httpConfig } from "./http-config.ts";
import { type ModelsConfig, modelsConfig } from "./models-config.ts";
import { type RegistryConfig, registryConfig } from "./registry-config.ts";
import type { SettingCommand, SettingSource } from "./setting.ts";
import {
  type Environment,
  type SettingFlags,
  type SettingName,
  type SettingValues,
  settingSources,
  settings,
} from "./settings.ts";
import { withoutCredentials } from "./texts.ts";
import { type WebhooksConfig, webhooksConfig } from "./webhooks-config.ts";

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
  readonly strictContent: boolean;
  readonly skills: SkillSelection;
  readonly systemRole: "fold" | "label" | "assistant";
  readonly messages: "auto" | "all" | "one";
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
}

/** Configuration of the http command. */
export interface HttpServerConfig extends Config {
  readonly http: HttpConfig;
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

/** As `loadConfig`, for the http command. */
export function loadHttpConfig(
  flags: SettingFlags,
  environment: Environment,
  home: string = homedir(),
): HttpServerConfig {
  const values = readSettings("http", flags, environment);
  const config = configOf(values, environment, home);
  return { ...config, http: httpConfig(values, config.registry) };
}

/** As `loadConfig`, for the webhooks command. */
export function loadWebhooksConfig(
  flags: SettingFlags,
  environment: Environment,
  home: string = homedir(),
): WebhooksConfig {
  const values = readSettings("webhooks", flags, environment);
  return webhooksConfig(values, registryConfig(environment, home), workspaceOf(environment));
}

function workspaceOf({ MLFLOW_WORKSPACE }: Environment): string | undefined {
  return MLFLOW_WORKSPACE?.trim() || undefined;
}

function experimentOf({ MLFLOW_EXPERIMENT_ID }: Environment): string | undefined {
  const id = MLFLOW_EXPERIMENT_ID?.trim() || undefined;
  if (id === undefined || /^[\w-]+$/.test(id)) return id;
  throw new ConfigError(`MLFLOW_EXPERIMENT_ID is "${id}": it must be the ID of one experiment.`);
}

/** Picked by name: the compiler cannot relate the values of two commands otherwise. */
type ServingValues = Pick<SettingValues<"stdio">, keyof SettingValues<"stdio">>;

function configOf(values: ServingValues, environment: Environment, home: string): Config {
  const { serve, readOnly, tools, protectedAliases, writableAliases, systemRole, messages } =
    values;
  const { cacheTtl, cacheOutage, cacheSize, pollInterval, auditLog, strictContent, skills } =
    values;
  const workspace = workspaceOf(environment);
  const registry = registryConfig(environment, home);
  const experimentId = experimentOf(environment);
  const models = modelsConfig(values, registry, environment);
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
      cache: { ttl: cacheTtl, outage: cacheOutage, size: cacheSize },
      pollInterval,
    },
    ...(workspace ? { workspace } : {}),
    ...(models ? { models } : {}),
    ...(experimentId ? { experimentId } : {}),
    ...(auditLog === undefined ? {} : { auditLog }),
  };
}

/** Reads only the command's own settings: a wrong setting of another command must not stop it. */
function readSettings<Command extends SettingCommand>(
  command: Command,
  flags: SettingFlags,
  environment: Environment,
): SettingValues<Command> {
  const values = settingSources
    .filter(({ commands }) => commands.includes(command))
    .map(({ name, variable, fallback }) => {
      const text = flags[name] ?? (environment[variable] || fallback);
      const value = settings[name].schema().safeParse(text);
      if (value.success) return [name, value.data];
      throw wrongSetting(name, text, value.error.issues[0]?.message, flags);
    });
  // The compiler cannot follow names through a list; each value comes from the schema of its name.
  return Object.fromEntries(values) as SettingValues<Command>;
}

function wrongSetting(
  name: SettingName,
  text: string,
  problem: string | undefined,
  flags: SettingFlags,
): ConfigError {
  const { flag, variable }: SettingSource = settings[name];
  const source = flag === undefined || flags[name] === undefined ? variable : `--${flag}`;
  const shown = flag === undefined ? "not usable" : `"${withoutCredentials(text)}"`;
  return new ConfigError(`${source} is ${shown}: ${problem}.`);
}
