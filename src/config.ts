import { isIP } from "node:net";
import { homedir } from "node:os";
import type { CommandLine } from "./config/command-line.ts";
import { ConfigError } from "./config/errors.ts";
import { type RegistryConfig, registryConfig } from "./config/registry-config.ts";
import {
  type Environment,
  ownSettings,
  type SettingName,
  settingNames,
  settingSources,
} from "./config/settings.ts";

/** Everything the program reads from outside, read once. */
export interface Config {
  readonly registry: RegistryConfig;
  /** MLflow workspace; absent means the server's default. */
  readonly workspace?: string;
  /** Aliases (or "latest") tried in order to find the version of a prompt to serve. */
  readonly serve: readonly string[];
  readonly readOnly: boolean;
  readonly host: string;
  /** 0 means a free port. */
  readonly port: number;
}

/**
 * Flags first, then the environment, then the defaults.
 * @throws ConfigError naming the flag or variable, its value and the fix
 */
export function loadConfig(
  flags: CommandLine["flags"],
  environment: Environment,
  home: string = homedir(),
): Config {
  const texts = Object.fromEntries(
    settingNames.map((name) => {
      const { variable, fallback } = settingSources[name];
      return [name, flags[name] ?? (environment[variable] || fallback)];
    }),
  );
  const own = ownSettings.safeParse(texts);
  if (!own.success) throw settingError(own.error.issues[0], flags, texts);
  if (!isLoopback(own.data.host)) {
    throw new ConfigError(
      `${sourceOf("host", flags)} is "${own.data.host}": hosted mode is not there yet, so the server listens on loopback only. Use 127.0.0.1, ::1 or localhost.`,
    );
  }
  const workspace = environment.MLFLOW_WORKSPACE?.trim();
  return {
    ...own.data,
    registry: registryConfig(environment, home),
    ...(workspace ? { workspace } : {}),
  };
}

function settingError(
  issue: { path: PropertyKey[]; message: string } | undefined,
  flags: CommandLine["flags"],
  texts: Readonly<Record<string, string>>,
): ConfigError {
  const name = settingNames.find((candidate) => candidate === issue?.path[0]);
  if (!issue || !name) return new ConfigError("The settings cannot be read.");
  return new ConfigError(`${sourceOf(name, flags)} is "${texts[name]}": ${issue.message}.`);
}

function sourceOf(name: SettingName, flags: CommandLine["flags"]): string {
  const { flag, variable } = settingSources[name];
  return flags[name] === undefined ? variable : `--${flag}`;
}

function isLoopback(host: string): boolean {
  if (host === "localhost" || host === "::1") return true;
  return isIP(host) === 4 && host.startsWith("127.");
}
