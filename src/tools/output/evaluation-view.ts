import * as z from "zod";
import type { ChangedRow } from "../../evaluation/changed-rows.ts";
import type { ReportedScorer, VersionReport } from "../../evaluation/report.ts";
import { type Agreement, verdicts } from "../../registry/evaluation/statistics/results.ts";
import { dollars } from "../../registry/text/dollars.ts";
import { toJsonText } from "../../registry/text/one-line.ts";
import { formatScored, scoresView, viewScores } from "./scores-view.ts";
import { line, ToolText } from "./tool-text.ts";

const differenceView = z.object({
  difference: z.number().describe("Mean difference from the baseline on the same rows."),
  low: z.number().describe("With high, the 95 % interval of the difference."),
  high: z.number(),
  rows: z.int().describe("Rows that both versions have a score for."),
  verdict: z
    .enum(verdicts)
    .describe(
      "Said only if chance is no likely reason (5 %): better, worse; different where neither is better.",
    ),
  enough_rows: z
    .int()
    .optional()
    .describe("With too few rows: about how many would show a difference of this size."),
});

const scorerView = z.object({
  scorer: z.string(),
  mean: z.number().optional().describe("Yes counts 1 and no 0. Absent if no score is a number."),
  low: z.number().optional().describe("With high, the 95 % interval of the mean."),
  high: z.number().optional(),
  scored: z.int().describe("Answers with a score."),
  failed: z.int().describe("Answers that the scorer could not score. They have no score at all."),
  counts: z
    .array(z.object({ value: z.string(), answers: z.int() }))
    .optional()
    .describe("How often each text was given, for scores that are texts."),
  difference: differenceView.optional().describe("Absent for the baseline."),
  agreement: z
    .object({ kappa: z.number().optional(), agreed: z.number(), rows: z.int() })
    .optional()
    .describe("Agreement with people's labels of the same name: Cohen's kappa, and the share."),
});

export const versionReportView = z.object({
  version: z.int().optional(),
  model: z.string().optional(),
  run_id: z.string().optional().describe("The evaluation run. Absent when nothing was stored."),
  run_url: z.string().optional().describe("Its page in MLflow's UI."),
  attempted: z.int().describe("Calls of the model: rows times repeats."),
  answered: z.int(),
  failed: z.int().describe("Calls without an answer. They have no scores."),
  scores: z.array(scorerView),
  median_ms: z.number().optional().describe("Latency of answers."),
  p95_ms: z.number().optional(),
  input_tokens: z.int(),
  output_tokens: z.int(),
  cost_usd: z
    .number()
    .optional()
    .describe("Of all answers. Absent if the price of one is not known."),
  judge_cost_usd: z.number().optional().describe("Of the judges, as far as prices are known."),
  notes: z.array(z.string()).optional(),
});

const rowAnswerView = z.object({
  version: z.int(),
  trace_id: z.string().optional(),
  output: z.string(),
  scores: scoresView,
});

export const changedRowView = z.object({
  inputs: z.looseObject({}),
  change: z.number().describe("Above 0: the scores are better than the baseline's."),
  baseline: rowAnswerView,
  candidate: rowAnswerView,
});

/** What a view of a version has besides its numbers. */
export interface VersionFacts {
  readonly version?: number | undefined;
  readonly model?: string | undefined;
  readonly runId?: string | undefined;
  readonly runUrl?: string | undefined;
  readonly notes: readonly string[];
}

export function viewVersionReport(
  report: VersionReport,
  { version, model, runId, runUrl, notes }: VersionFacts,
): z.infer<typeof versionReportView> {
  const { usd, judgeUsd, medianMs, p95Ms } = report;
  return {
    ...(version === undefined ? {} : { version }),
    ...(model === undefined ? {} : { model }),
    ...(runId === undefined ? {} : { run_id: runId }),
    ...(runUrl === undefined ? {} : { run_url: runUrl }),
    attempted: report.attempted,
    answered: report.answered,
    failed: report.failed,
    scores: report.scorers.map(viewScorer),
    ...(medianMs === undefined ? {} : { median_ms: Math.round(medianMs) }),
    ...(p95Ms === undefined ? {} : { p95_ms: Math.round(p95Ms) }),
    input_tokens: report.inputTokens,
    output_tokens: report.outputTokens,
    ...(usd === undefined ? {} : { cost_usd: usd }),
    ...(judgeUsd === 0 ? {} : { judge_cost_usd: judgeUsd }),
    ...(notes.length === 0 ? {} : { notes: [...notes] }),
  };
}

function viewScorer(scorer: ReportedScorer): z.infer<typeof scorerView> {
  const { name, estimate, scored, failed, counts, difference, agreement } = scorer;
  return {
    scorer: name,
    ...(estimate
      ? { mean: rounded(estimate.mean), low: rounded(estimate.low), high: rounded(estimate.high) }
      : {}),
    scored,
    failed,
    ...(counts
      ? { counts: Object.entries(counts).map(([value, answers]) => ({ value, answers })) }
      : {}),
    ...(difference
      ? {
          difference: {
            difference: rounded(difference.difference),
            low: rounded(difference.low),
            high: rounded(difference.high),
            rows: difference.rows,
            verdict: difference.verdict,
            ...(difference.enoughRows === undefined ? {} : { enough_rows: difference.enoughRows }),
          },
        }
      : {}),
    ...(agreement ? { agreement: viewAgreement(agreement) } : {}),
  };
}

function viewAgreement({ kappa, agreed, rows }: Agreement) {
  return {
    ...(kappa === undefined ? {} : { kappa: rounded(kappa) }),
    agreed: rounded(agreed),
    rows,
  };
}

/** Four digits say more than a sample can. */
function rounded(number: number): number {
  return Number(number.toPrecision(4));
}

export function viewChangedRow(row: ChangedRow): z.infer<typeof changedRowView> {
  return {
    inputs: row.inputs,
    change: rounded(row.change),
    baseline: viewAnswer(row.baseline),
    candidate: viewAnswer(row.candidate),
  };
}

function viewAnswer({ version, traceId, output, scores }: ChangedRow["baseline"]) {
  return {
    version,
    ...(traceId === undefined ? {} : { trace_id: traceId }),
    output,
    scores: viewScores(scores),
  };
}

export function formatVersionReport(
  title: string,
  view: z.infer<typeof versionReportView>,
): ToolText {
  const { run_id, run_url, notes = [] } = view;
  return ToolText.join(
    line`${title}: ${view.answered} of ${view.attempted} answered${view.failed === 0 ? "" : `, ${view.failed} failed`}`,
    ...view.scores.map(formatScorer),
    view.median_ms !== undefined &&
      line`  latency: median ${view.median_ms} ms, p95 ${view.p95_ms ?? view.median_ms} ms`,
    line`  tokens: ${view.input_tokens} in, ${view.output_tokens} out; cost: ${costOf(view.cost_usd)}${
      view.judge_cost_usd === undefined ? "" : `; judges: ${costOf(view.judge_cost_usd)}`
    }`,
    run_id !== undefined && line`  run: ${run_id}${run_url === undefined ? "" : ` (${run_url})`}`,
    ...notes.map((note) => line`  note: ${note}`),
  );
}

function costOf(usd: number | undefined): string {
  return usd === undefined ? "not known" : dollars(usd);
}

function formatScorer(view: z.infer<typeof scorerView>): ToolText {
  const { scorer, mean, low, high, scored, failed, counts = [], difference, agreement } = view;
  const value =
    mean === undefined
      ? counts.map(({ value: text, answers }) => `${text} ${answers}`).join(", ") || "no score"
      : `${mean} (${low} to ${high})`;
  const missing = failed === 0 ? "" : `, ${failed} not scored`;
  const agreed = agreement
    ? `, agreement with people: kappa ${agreement.kappa ?? "not defined"} on ${agreement.rows} answers`
    : "";
  return line`  ${scorer}: ${value}, ${scored} answers${missing}${agreed}${
    difference ? `. Against the baseline: ${describeDifference(difference)}` : ""
  }`;
}

function describeDifference(view: z.infer<typeof differenceView>): string {
  const { difference, low, high, rows, verdict, enough_rows } = view;
  const enough = enough_rows === undefined ? "" : `; about ${enough_rows} would be enough`;
  return `${verdict}, ${difference > 0 ? "+" : ""}${difference} (${low} to ${high}) on ${rows} rows${enough}`;
}

export function formatChangedRow(view: z.infer<typeof changedRowView>): ToolText {
  const { inputs, baseline, candidate } = view;
  return ToolText.join(
    ToolText.block("Inputs of a row that changed", toJsonText(inputs, 2)),
    formatAnswer(baseline),
    formatAnswer(candidate),
  );
}

function formatAnswer(answer: z.infer<typeof rowAnswerView>): ToolText {
  return ToolText.block(
    `Version ${answer.version} answered`,
    formatScored(answer.output, answer.scores),
  );
}
