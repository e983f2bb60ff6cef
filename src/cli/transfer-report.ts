import { countOf } from "../registry/text/count.ts";
import { toOneLine } from "../registry/text/one-line.ts";
import type { Transferred } from "../transfer/transfer.ts";
import type { CommandContext } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";

/** The fields of the JSON that `reportTransfer` prints. */
export const transferFields = [
  ...["dry_run", "created", "completed", "unchanged", "conflicts", "failed"],
  ...["versions", "aliases", "prompts"],
];

/** Prints what was carried over, and sets the exit code: 5 for a conflict, 1 for what failed. */
export function reportTransfer(
  { output, exitWith }: Pick<CommandContext, "output" | "exitWith">,
  { results, versions, aliases, reported }: Transferred,
  dryRun: boolean,
): void {
  const { created, completed, unchanged, conflict, failed } = results;
  const counts = { created, completed, unchanged, conflicts: conflict, failed };
  const prompts = reported.map(({ name, result, notes }) => ({ name, result, notes }));
  output.print({ dry_run: dryRun, ...counts, versions, aliases, prompts }, () => {
    const lines = prompts.flatMap(({ name, result, notes }) =>
      notes.map((note) => `${toOneLine(name)}: ${labels[result]}${toOneLine(note)}`),
    );
    const written = `${countOf(versions, "version")} and ${countOf(aliases, "alias")}`;
    const summary = [
      `${countOf(created, "prompt")} ${dryRun ? "to create" : "created"}`,
      `${completed} ${dryRun ? "to complete" : "completed"}`,
      `${unchanged} unchanged`,
      `${conflict} in conflict`,
      `${failed} failed`,
    ];
    output.text(`${[...lines, `${summary.join(", ")}; ${written}.`].join("\n")}\n`);
  });
  if (conflict > 0) exitWith(exitCodes.conflict);
  else if (failed > 0) exitWith(exitCodes.failure);
}

const labels = {
  created: "",
  completed: "",
  unchanged: "",
  conflict: "conflict: ",
  failed: "failed: ",
};
