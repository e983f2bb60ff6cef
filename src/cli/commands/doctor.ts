import { homedir } from "node:os";
import { examine } from "../../doctor/examine.ts";
import type { Fault, Line, Status } from "../../doctor/finding.ts";
import type { Action } from "../command.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import type { Paint } from "../output/color.ts";

/** Milliseconds that one check may take. */
const limitMs = 10_000;

/** Checks the installation, its settings and its registry, and prints a line for each check. */
export const run: Action = async ({ flags, environment, output, exitWith }) => {
  const home = environment.HOME || homedir();
  const node = process.versions.node;
  const lines = await examine({ flags, environment, home, node, limitMs });
  output.print(lines, () => {
    for (const line of lines) {
      output.write(`${wordOf(line, output.paint)}  ${output.safe(textOf(line))}\n`);
    }
  });
  exitWith(exitCodeOf(lines));
};

const colours: Readonly<Record<Status, "green" | "yellow" | "red" | "gray">> = {
  ok: "green",
  warning: "yellow",
  problem: "red",
  skipped: "gray",
};

const width = Math.max(...Object.keys(colours).map((status) => status.length));

function wordOf({ status }: Line, paint: Paint): string {
  return paint(colours[status], status.padEnd(width));
}

function textOf({ name, detail, cure }: Line): string {
  return [`${name}: ${detail}`, ...(cure === undefined ? [] : [cure])].join(" ");
}

/** The worst fault first. */
const codes: readonly (readonly [Fault, ExitCode])[] = [
  ["credential", exitCodes.refused],
  ["unreachable", exitCodes.unreachable],
  ["settings", exitCodes.usage],
  ["other", exitCodes.failure],
];

function exitCodeOf(lines: readonly Line[]): ExitCode {
  const faults = lines.map(({ fault }) => fault);
  return codes.find(([fault]) => faults.includes(fault))?.[1] ?? exitCodes.ok;
}
