import type { CommanderError } from "commander";
import { ConfigError } from "../config/errors.ts";
import { findClosestNames } from "../registry/text/closest-names.ts";
import type { CommandEntry } from "./command.ts";
import { commands, servingCommands } from "./commands.ts";
import { usageOf } from "./help.ts";
import { unknownFlagError } from "./unknown-flag.ts";

/** Ends the parser after it has printed help or the version. */
class HelpPrinted extends Error {}

export function isHelp(error: unknown): boolean {
  return error instanceof HelpPrinted;
}

/**
 * What the parser found wrong, in this program's words.
 * @param words those after the command
 * @param entry the command; absent where there is none of the name
 */
export function usageError(
  { code, message }: CommanderError,
  words: readonly string[],
  entry?: CommandEntry,
): Error {
  switch (code) {
    case "commander.help":
    case "commander.helpDisplayed":
    case "commander.version":
      return new HelpPrinted();
    case "commander.unknownCommand":
      return unknownCommand(words[0] ?? "");
    case "commander.unknownOption": {
      const [, flag = ""] = /'(--?[^'=]+)/.exec(message) ?? [];
      return unknownFlagError(flag, meantIn(message));
    }
    case "commander.missingArgument": {
      const usage = entry ? `${entry.name} needs ${argumentsOf(entry)}: ${usageOf(entry)}.` : "";
      return new ConfigError(`${entry?.missing ?? usage} --help shows the usage.`);
    }
    case "commander.excessArguments": {
      const taken = entry?.arguments.length ?? 0;
      const line = [entry?.name, ...(entry?.arguments ?? []).map(({ name }) => name)].join(" ");
      return new ConfigError(
        `Unexpected argument "${words[taken]}" after ${line}. --help shows the usage.`,
      );
    }
    default:
      return new ConfigError(`${sentence(message)} --help shows the usage.`);
  }
}

function argumentsOf({ arguments: all }: CommandEntry): string {
  return all
    .filter(({ optional }) => !optional)
    .map(({ name }) => name)
    .join(" and ");
}

/** The error for a word that names no command. */
export function unknownCommand(given: string): ConfigError {
  const names = [...servingCommands, ...commands].map(({ name }) => name);
  const [meant] = findClosestNames(given, names);
  const list = `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  return new ConfigError(
    `Unknown command "${given}"${meant === undefined ? "" : `, did you mean ${meant}`}: the commands are ${list}. --help shows the usage.`,
  );
}

/** The flags that the parser suggests. */
function meantIn(message: string): string {
  const [, names = ""] = message.split("(Did you mean ");
  return names.replace(/^one of /, "").split("?)", 1)[0] ?? "";
}

function sentence(message: string): string {
  const text = message.replace(/^error: /, "");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
