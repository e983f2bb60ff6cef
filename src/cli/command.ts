import type { SettingCommand } from "../config/setting.ts";
import type { Environment, SettingFlags } from "../config/settings.ts";
import type { ExitCode } from "./exit-codes.ts";
import type { OptionValues } from "./option-values.ts";
import type { Output } from "./output/output.ts";

/** One word after the command. */
export interface CommandArgument {
  /** As usage shows it, such as REF. */
  readonly name: string;
  readonly help: string;
  /** May be left out. */
  readonly optional?: boolean;
  /** The words that there are, for completion. Absent: any. */
  readonly values?: readonly string[];
  /** Takes all words that are left. */
  readonly many?: boolean;
}

/** A flag of one command that is no setting. One without a placeholder is boolean. */
export interface CommandOption {
  /** Without the dashes. */
  readonly flag: string;
  readonly placeholder?: string;
  readonly help: string;
  /** May be given several times. */
  readonly many?: boolean;
}

/** What a command is run with. */
export interface CommandContext {
  readonly environment: Environment;
  /** The settings given as flags, which are not parsed yet. */
  readonly flags: SettingFlags;
  readonly output: Output;
  readonly stdin: NodeJS.ReadableStream;
  /** The path of this program. */
  readonly program: string;
  /** All commands, in the order of the help. */
  readonly commands: readonly CommandEntry[];
  /** Ends the program with this code, without a message, when the command is done. */
  exitWith(code: ExitCode): void;
}

/**
 * What a command does. `args` has at least the words that are not optional.
 * @throws ConfigError for wrong usage
 * @throws RegistryError
 */
export type Action = (
  context: CommandContext,
  args: readonly string[],
  options: OptionValues,
) => Promise<void>;

/** A command as the help, the parser and the completion read it. */
export interface Command {
  readonly name: string;
  readonly arguments: readonly CommandArgument[];
  readonly options: readonly CommandOption[];
  /** One line without a full stop. */
  readonly summary: string;
  /** Lines that work as they stand, without the name of the program. */
  readonly example: readonly string[];
  /** The settings that it takes as flags: those of another command that it shares them with. Absent: none. */
  readonly settings?: SettingCommand;
  /** The fields of its JSON, of each item if it prints a list. Absent: it prints no JSON. */
  readonly json?: readonly string[];
  /** Its words for arguments that are missing. Absent: those that usage gives. */
  readonly missing?: string;
  readonly load: () => Promise<{ readonly run: Action }>;
}

/** The same of any command, those that serve included. */
export type CommandEntry = Omit<Command, "load">;
