import type { Reporter, TestModule } from "vitest/node";
import type { Measured } from "./measured.ts";

/** Prints one table of all attacks before the summary. */
export default class TableReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const rows = modules.flatMap((module) =>
      [...module.children.allTests()].flatMap((test) => test.meta().attack ?? []),
    );
    if (rows.length > 0) process.stdout.write(`\n${tableOf(rows)}\n`);
  }
}

const head = [
  "Attack",
  "What its caller got",
  "Second caller's longest wait",
  "Idle",
  "Allowed",
  "Peak memory",
];

function tableOf(rows: readonly Measured[]): string {
  const lines = rows.map((row) => [
    row.attack,
    row.got.replaceAll("|", "\\|").replaceAll("\n", " "),
    milliseconds(row.longestWait),
    milliseconds(row.idleWait),
    row.limit === undefined ? "" : `idle + ${row.limit} ms`,
    row.peakMemory === undefined ? "" : `${row.peakMemory.toFixed(0)} MiB`,
  ]);
  return [head, head.map(() => "---"), ...lines]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

function milliseconds(value: number | undefined): string {
  return value === undefined ? "" : `${value.toFixed(0)} ms`;
}
