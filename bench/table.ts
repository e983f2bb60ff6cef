import type { Row } from "./rows.ts";

/** The rows as a markdown table. */
export function markdownTable(rows: readonly Row[]): string {
  const head = ["measured", "value", "beside", "its value", "times", "rounds"];
  return [head, head.map(() => "---"), ...rows.map(cells)]
    .map((line) => `| ${line.join(" | ")} |`)
    .join("\n");
}

function cells({ measured, unit, value, comparison }: Row): string[] {
  return [
    measured,
    `${shown(value)} ${unit}`,
    comparison?.against ?? "",
    comparison === undefined ? "" : `${shown(comparison.base)} ${unit}`,
    comparison?.ratio?.toFixed(2) ?? "",
    comparison?.spread?.map((ratio) => ratio.toFixed(2)).join(" to ") ?? "",
  ];
}

function shown(value: number): string {
  if (Number.isInteger(value) || value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
