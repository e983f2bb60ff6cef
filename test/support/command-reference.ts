import type { CommandEntry } from "../../src/cli/command.ts";
import { ownOptions } from "../../src/cli/command-flags.ts";
import { commands, servingCommands } from "../../src/cli/commands.ts";
import { exitCodeMeanings } from "../../src/cli/exit-codes.ts";
import { optionUsage, usageOf } from "../../src/cli/help.ts";
import { code, table } from "./markdown.ts";

/** docs/command-line.md as the table of commands has it. */
export function commandReference(): string {
  return `<!-- npm run docs:reference writes this file from src/cli/. -->

# Command line

\`mlflow-prompts-mcp COMMAND --help\` shows what follows for one command. Data is on standard output, everything else on standard error. Tables are aligned on a terminal, and lines of fields separated by tabs on a pipe. Where a command has JSON fields, \`--json\` prints all of them, and \`--json\` with a list of them, separated by commas, those. Colours and progress bars are for terminals: \`NO_COLOR\` turns colours off there, and \`FORCE_COLOR\` on everywhere.

The registry is the one that \`MLFLOW_TRACKING_URI\` names, or a file in your data directory. \`http\` takes all flags of [settings](settings.md), and the other commands those of stdio, unless it is said otherwise.

## Exit codes

${table(["Code", "Meaning"], Object.entries(exitCodeMeanings))}
## Commands that serve

${servingCommands.map(sectionOf).join("\n")}
## Commands for the terminal and for scripts

${commands.map(sectionOf).join("\n")}`;
}

function sectionOf(entry: CommandEntry): string {
  const { name, summary, settings, json, example } = entry;
  const words = entry.arguments.map((word) => [`\`${word.name}\``, word.help]);
  const flags = ownOptions(entry).map((option) => [`\`${optionUsage(option)}\``, option.help]);
  const parts = [
    `### ${name}\n\n${summary.charAt(0).toUpperCase()}${summary.slice(1)}.\n`,
    code("text", [usageOf(entry)]),
    words.length + flags.length > 0 && table(["Argument or flag", ""], [...words, ...flags]),
    settings === undefined && "It takes no settings.\n",
    settings === "webhooks" && "Of the settings, it takes those that are marked so.\n",
    json && `JSON fields: ${json.map((field) => `\`${field}\``).join(", ")}.\n`,
    code(
      "sh",
      example.map((line) => `mlflow-prompts-mcp ${line}`),
    ),
  ];
  return parts.filter((part) => typeof part === "string").join("\n");
}
