import type { SettingCommand } from "../config/setting.ts";
import { settingSources } from "../config/settings.ts";
import type { Command, CommandOption } from "./command.ts";

/** The flags of every command that prints JSON. */
export const jsonOptions: readonly CommandOption[] = [
  {
    flag: "json",
    placeholder: "FIELDS",
    help: "print JSON: all fields, or these, separated by commas",
  },
  { flag: "output", placeholder: "FORM", help: "table (the default) or json" },
];

/** The flags that are no settings. */
export function ownOptions({ options, json }: Pick<Command, "options" | "json">) {
  return [...options, ...(json ? jsonOptions : [])];
}

/** The settings of a command that are flags. */
export function settingsOf(command: SettingCommand | undefined) {
  if (command === undefined) return [];
  return settingSources.filter(
    ({ flag, commands: readers }) => flag !== undefined && readers.includes(command),
  );
}

/** The names of all flags of a command, without the dashes. */
export function flagsOf(
  command: Pick<Command, "options" | "json" | "settings">,
): readonly string[] {
  const settings = settingsOf(command.settings).flatMap(({ flag }) => flag ?? []);
  return [...ownOptions(command).map(({ flag }) => flag), ...settings, "help"];
}
