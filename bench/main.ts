import { parseArgs } from "node:util";
import { describeRegression, missingRatios, regressions } from "./compare.ts";
import { fullEffort, quickEffort } from "./effort.ts";
import { measure } from "./measure.ts";
import { mlflowRelease } from "./mlflow-servers.ts";
import { describeRun, type Result, readResult, writeResult } from "./result-file.ts";
import { parseSections, sections } from "./sections.ts";
import { markdownTable } from "./table.ts";

const { values: flags } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    compare: { type: "string" },
    only: { type: "string" },
  },
});

// This process ends its servers when it exits. An unhandled signal would prevent that.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

const wanted = flags.only === undefined ? sections : parseSections(flags.only);
if (flags.quick && flags.only !== undefined && wanted.includes("scale")) {
  throw new Error("Only full runs measure the section scale. Leave out --quick.");
}
// Read first, so that a wrong path fails before minutes of measuring.
const earlier = flags.compare === undefined ? undefined : await readResult(flags.compare);
const effort = flags.quick ? quickEffort : fullEffort;
const result: Result = {
  ...(await describeRun()),
  mlflow: mlflowRelease,
  rounds: effort.rounds,
  rows: await measure({ effort, sections: wanted, defaultWorkers: !flags.quick, onStep: say }),
};
console.log(`${markdownTable(result.rows)}\n`);
// Later runs cannot be compared with a part of the rows, or with few rounds.
if (!flags.quick && flags.only === undefined)
  console.log(`Written to ${await writeResult(result)}.`);
if (earlier) compareWith(earlier);

function compareWith({ date, rows }: Result): void {
  for (const id of missingRatios(rows, result.rows)) console.log(`Not measured this time: ${id}`);
  const found = regressions(rows, result.rows);
  for (const regression of found) console.log(`Worse: ${describeRegression(regression)}`);
  if (found.length === 0) console.log(`No ratio is more than 15 % worse than on ${date}.`);
  else process.exitCode = 1;
}

function say(step: string): void {
  process.stderr.write(`${process.uptime().toFixed(0).padStart(4)} s  ${step}\n`);
}
