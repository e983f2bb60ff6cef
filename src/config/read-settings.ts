import { ConfigError } from "./errors.ts";
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
import { variableText } from "./variable-text.ts";

/**
 * Reads only the command's own settings: a wrong setting of another command must not stop it.
 * @throws ConfigError for the first one that is wrong
 */
export function readSettings<Command extends SettingCommand>(
  command: Command,
  flags: SettingFlags,
  environment: Environment,
): SettingValues<Command> {
  const values = settingSources
    .filter(({ commands }) => commands.includes(command))
    .map((source) => [source.name, readSetting(source, flags, environment)]);
  // The compiler cannot follow names through a list; each value comes from the schema of its name.
  return Object.fromEntries(values) as SettingValues<Command>;
}

/** What is wrong with the settings of all commands, each by itself; no value of a secret is shown. */
export function settingProblems(
  flags: SettingFlags,
  environment: Environment,
): readonly ConfigError[] {
  return settingSources.flatMap((source) => {
    try {
      readSetting(source, flags, environment);
      return [];
    } catch (error) {
      if (error instanceof ConfigError) return [error];
      throw error;
    }
  });
}

function readSetting(
  source: (typeof settingSources)[number],
  flags: SettingFlags,
  environment: Environment,
): unknown {
  const { name, fallback } = source;
  const text = flags[name] ?? (variableText(source, environment) || fallback);
  const value = settings[name].schema().safeParse(text);
  if (value.success) return value.data;
  throw wrongSetting(name, text, value.error.issues[0]?.message, flags);
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
