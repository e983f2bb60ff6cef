import * as z from "zod";
import { dollars } from "../registry/text/dollars.ts";

/** The parts of the result of evaluate_prompt that the table shows. */
export const shownEvaluation = z.object({
  name: z.string(),
  dataset: z.object({
    name: z.string(),
    id: z.string().optional(),
    digest: z.string(),
    rows: z.int(),
    total_rows: z.int(),
  }),
  judge_model: z.string().optional(),
  complete: z.boolean(),
  versions: z.array(
    z.object({
      version: z.int().optional(),
      model: z.string().optional(),
      run_url: z.string().optional(),
      attempted: z.int(),
      failed: z.int(),
      scores: z.array(
        z.object({
          scorer: z.string(),
          mean: z.number().optional(),
          low: z.number().optional(),
          high: z.number().optional(),
          failed: z.int(),
          difference: z.object({ difference: z.number(), verdict: z.string() }).optional(),
        }),
      ),
      median_ms: z.number().optional(),
      p95_ms: z.number().optional(),
      cost_usd: z.number().optional(),
    }),
  ),
  failures: z.array(z.object({ reason: z.string(), rows: z.int() })).optional(),
  notes: z.array(z.string()).optional(),
});
type Shown = z.infer<typeof shownEvaluation>;
type ShownVersion = Shown["versions"][number];

/** A table in Markdown, which a comment on a pull request shows as one. The baseline is the first row. */
export function evaluationTable(evaluation: Shown): string {
  const { name, dataset, judge_model, versions, failures = [], notes = [] } = evaluation;
  const scorers = [
    ...new Set(versions.flatMap(({ scores }) => scores.map(({ scorer }) => scorer))),
  ];
  const head = ["version", "model", ...scorers, "failed", "median", "p95", "cost"];
  const rows = versions.map((version) => [
    version.run_url === undefined
      ? `${version.version}`
      : `[${version.version}](${version.run_url})`,
    version.model ?? "",
    ...scorers.map((scorer) => scoreCell(version, scorer)),
    `${version.failed} of ${version.attempted}`,
    version.median_ms === undefined ? "" : `${version.median_ms} ms`,
    version.p95_ms === undefined ? "" : `${version.p95_ms} ms`,
    version.cost_usd === undefined ? "not known" : dollars(version.cost_usd),
  ]);
  const judged = judge_model === undefined ? "" : `, judged by ${judge_model}`;
  return [
    `${name} on ${dataset.name} (digest ${dataset.digest}): ${dataset.rows} of ${dataset.total_rows} rows${judged}`,
    "",
    tableLine(head),
    tableLine(head.map(() => "---")),
    ...rows.map(tableLine),
    "",
    ...failures.map(({ reason, rows: count }) => `Failed ${count} times: ${oneLine(reason)}`),
    ...notes.map((note) => `Note: ${oneLine(note)}`),
  ].join("\n");
}

function scoreCell({ scores }: ShownVersion, name: string): string {
  const score = scores.find(({ scorer }) => scorer === name);
  if (score?.mean === undefined) return "";
  const { mean, low = mean, high = mean, difference, failed } = score;
  const interval = `${round(mean)} (${round(low)} to ${round(high)})`;
  const unscored = failed === 0 ? "" : `, ${failed} not scored`;
  if (difference === undefined) return `${interval}${unscored}`;
  const sign = difference.difference > 0 ? "+" : "";
  return `${interval}${unscored}, ${sign}${round(difference.difference)}: ${difference.verdict}`;
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.map((cell) => oneLine(cell).replaceAll("|", "\\|")).join(" | ")} |`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
