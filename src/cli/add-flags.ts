import { Option, type Command as Parser } from "commander";
import type { SettingFlags, SettingName } from "../config/settings.ts";
import type { CommandEntry, CommandOption } from "./command.ts";
import { ownOptions, settingsOf } from "./command-flags.ts";
import { OptionValues } from "./option-values.ts";

/** Adds a command's own flags and those of its settings to its parser. */
export function addFlags(parser: Parser, entry: CommandEntry): void {
  for (const option of ownOptions(entry)) parser.addOption(optionOf(option));
  for (const { flag, placeholder } of settingsOf(entry.settings)) {
    parser.addOption(new Option(placeholder ? `--${flag} <${placeholder}>` : `--${flag}`));
    if (!placeholder) parser.addOption(new Option(`--no-${flag}`));
  }
}

function optionOf({ flag, placeholder, many }: CommandOption): Option {
  if (placeholder === undefined) return new Option(`--${flag}`);
  if (flag === "json") return new Option(`--${flag} [${placeholder}]`);
  const option = new Option(`--${flag} <${placeholder}>`);
  return many ? option.argParser(addValue) : option;
}

function addValue(value: string, values: readonly string[] = []): readonly string[] {
  return [...values, value];
}

/** The values of a command's own flags after parsing. */
export function optionValuesOf(parser: Parser, entry: CommandEntry): OptionValues {
  return new OptionValues(
    new Map(ownOptions(entry).map(({ flag }) => [flag, givenValue(parser, flag)])),
  );
}

/** The settings that were given as flags. */
export function settingFlagsOf(parser: Parser, entry: CommandEntry): SettingFlags {
  const flags: Partial<Record<SettingName, string>> = {};
  for (const { name, flag = "" } of settingsOf(entry.settings)) {
    const value = givenValue(parser, flag);
    if (value !== undefined) flags[name] = String(value);
  }
  return flags;
}

function givenValue(parser: Parser, flag: string): unknown {
  return parser.getOptionValue(new Option(`--${flag}`).attributeName());
}
