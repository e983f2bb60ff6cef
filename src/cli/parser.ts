import { Command as Parser } from "commander";
import type { SettingFlags } from "../config/settings.ts";
import { version } from "../config/version.ts";
import { addFlags, optionValuesOf, settingFlagsOf } from "./add-flags.ts";
import type { Command, CommandEntry } from "./command.ts";
import { commands, servingCommands } from "./commands.ts";
import { helpOf, helpText } from "./help.ts";
import type { OptionValues } from "./option-values.ts";
import { type JsonRequest, readJsonRequest } from "./output/fields.ts";
import { unknownCommand, usageError } from "./usage-error.ts";

/** A command as it was given. */
export interface ParsedCommand {
  readonly command: Command;
  readonly args: readonly string[];
  readonly options: OptionValues;
  readonly flags: SettingFlags;
  readonly json: JsonRequest;
}

/**
 * The parser of all commands. It prints nothing but help. It throws ConfigError for wrong usage, and
 * an error that `isHelp` knows after help.
 */
export function createParser(
  printHelp: (text: string) => void,
  start: (parsed: ParsedCommand) => Promise<void>,
): Parser {
  const parser = new Parser("mlflow-prompts-mcp")
    .version(version, "-v, --version")
    .configureOutput({ writeOut: printHelp, writeErr: printHelp, outputError: () => {} })
    .configureHelp({
      formatHelp() {
        // Words that name a command come to that command's help.
        const word = parser.args.find((one) => one !== "help" && !one.startsWith("-"));
        if (word !== undefined) throw unknownCommand(word);
        return helpText();
      },
    });
  parser.exitOverride((error) => {
    throw usageError(error, parser.args);
  });
  for (const entry of servingCommands) addCommand(parser, entry);
  for (const command of commands) {
    const added = addCommand(parser, command);
    added.action(() => start(parsedOf(added, command)));
  }
  return parser;
}

function addCommand(parser: Parser, entry: CommandEntry): Parser {
  const added = parser.command(entry.name).description(entry.summary);
  for (const { name, help, optional, many } of entry.arguments) {
    const word = many ? `${name}...` : name;
    added.argument(optional ? `[${word}]` : `<${word}>`, help);
  }
  addFlags(added, entry);
  added.configureHelp({ formatHelp: () => helpOf(entry) });
  return added.exitOverride((error) => {
    throw usageError(error, added.args, entry);
  });
}

function parsedOf(parser: Parser, command: Command): ParsedCommand {
  const options = optionValuesOf(parser, command);
  return {
    command,
    args: parser.args,
    options,
    flags: settingFlagsOf(parser, command),
    json: command.json && readJsonRequest(options, command.json),
  };
}

/** What is wrong with a command line; undefined if nothing is. */
export function usageErrorOf(argv: readonly string[]): unknown {
  const parser = createParser(
    () => {},
    async () => {},
  );
  try {
    parser.parse([...argv], { from: "user" });
    return undefined;
  } catch (error) {
    return error;
  }
}
