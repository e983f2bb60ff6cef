import * as z from "zod";
import {
  changedBetween,
  directionsOf,
  readChanged,
  readRun,
  type StoredRun,
} from "../../evaluation/read-runs.ts";
import { report } from "../../evaluation/report.ts";
import { RegistryError } from "../../registry/errors.ts";
import type { EvaluationStore } from "../../registry/evaluation/evaluation-store.ts";
import type { EvaluationRun } from "../../registry/evaluation/runs.ts";
import type { Call } from "../../session/call.ts";
import type { Session } from "../../session/session.ts";
import { evaluationsOf } from "../input/evaluation-fields.ts";
import { cursor, nextCursor, promptName, shortText } from "../input/fields.ts";
import { selectName } from "../input/selectors.ts";
import {
  changedRowView,
  formatChangedRow,
  formatVersionReport,
  versionReportView,
  viewChangedRow,
  viewVersionReport,
} from "../output/evaluation-view.ts";
import { line, ToolText } from "../output/tool-text.ts";
import { defineTool, type ToolResult } from "../tool.ts";

const runView = z.object({
  run_id: z.string(),
  run_url: z.string().optional(),
  title: z.string(),
  status: z.enum(["running", "finished", "failed"]),
  prompts: z.array(z.object({ name: z.string(), version: z.int() })),
  started_at: z.string(),
  dataset: z.object({ name: z.string(), digest: z.string() }).optional(),
  metrics: z.array(z.object({ metric: z.string(), value: z.number() })),
});

const comparedView = z.object({
  runs: z.array(runView),
  next_cursor: nextCursor,
  reports: z
    .array(versionReportView)
    .optional()
    .describe("One for each of the runs that were given, the baseline first."),
  changed_rows: z.array(changedRowView).optional(),
  notes: z.array(z.string()).optional(),
});

type ComparedView = z.infer<typeof comparedView>;

const shownRows = 5;

export const compareEvaluations = defineTool({
  name: "compare_evaluations",
  title: "Compare evaluations",
  description:
    "Reads evaluations back that were stored by evaluate_prompt or by MLflow's own evaluate. With name: lists the runs of a prompt, newest first. With runs: summarizes each, compares each with the first one on the rows that both have, and shows the rows that differ most. Asks no model.",
  effect: "reads",
  model: "related",
  input: z.strictObject({
    name: promptName.optional(),
    runs: z
      .array(shortText)
      .min(1)
      .max(5)
      .optional()
      .describe("IDs of runs; the first is the baseline."),
    limit: z.int().min(1).max(100).default(20).describe("Runs in the list (1 to 100)."),
    cursor,
  }),
  output: comparedView,
  async run(session, { name, runs, limit, cursor: position }, call) {
    const store = evaluationsOf(session);
    if (runs !== undefined && name === undefined) return compare(session, store, runs, call);
    if (name === undefined || runs !== undefined) {
      throw new RegistryError("invalid", "Nothing was read: give either name or runs.");
    }
    const prompt = await selectName(session, { name }, call);
    const search = { prompt, limit, ...(position === undefined ? {} : { cursor: position }) };
    const { items, nextCursor: next } = await store.listRuns(search, call);
    const view: ComparedView = {
      runs: items.map((run) => viewRun(store, run)),
      ...(next === undefined ? {} : { next_cursor: next }),
    };
    return { structured: view, text: formatList(prompt, view) };
  },
});

async function compare(
  session: Session,
  store: EvaluationStore,
  ids: readonly string[],
  call: Call,
): Promise<ToolResult<ComparedView>> {
  const read: StoredRun[] = [];
  for (const id of ids) read.push(await readRun(store, id, call));
  const directions = directionsOf(read);
  const reports = await report(session.templates, read, directions);
  const changed = await readChanged(store, changedBetween(read, directions, shownRows), call);
  const notes = notesOf(read);
  const view: ComparedView = {
    runs: read.map(({ run }) => viewRun(store, run)),
    reports: reports.map((summary, index) => {
      const run = read[index]?.run;
      return viewVersionReport(summary, {
        version: run?.prompts[0]?.version,
        model: run?.params.model,
        runId: run?.id,
        runUrl: run && store.pageOf(run.id),
        notes: [],
      });
    }),
    changed_rows: changed.map(viewChangedRow),
    ...(notes.length === 0 ? {} : { notes }),
  };
  return { structured: view, text: formatComparison(view) };
}

function notesOf(read: readonly StoredRun[]): string[] {
  const digests = new Set(read.map(({ run }) => run.dataset?.digest));
  const unfinished = read.filter(({ run }) => run.status !== "finished");
  return [
    ...(digests.size > 1
      ? ["The runs are not of the same data: only rows with the same inputs are compared."]
      : []),
    ...unfinished.map(({ run }) => `The run ${run.id} is ${run.status}: it may lack rows.`),
  ];
}

function viewRun(store: EvaluationStore, run: EvaluationRun): z.infer<typeof runView> {
  const { id, name, status, prompts, startedAt, dataset, metrics } = run;
  const url = store.pageOf(id);
  return {
    run_id: id,
    ...(url === undefined ? {} : { run_url: url }),
    title: name,
    status,
    prompts: [...prompts],
    started_at: new Date(startedAt).toISOString(),
    ...(dataset ? { dataset: { name: dataset.name, digest: dataset.digest } } : {}),
    metrics: Object.entries(metrics).map(([metric, value]) => ({ metric, value })),
  };
}

function formatRun({
  run_id,
  title,
  status,
  started_at,
  metrics,
  dataset,
}: z.infer<typeof runView>) {
  const data = dataset ? `, ${dataset.name} (digest ${dataset.digest})` : "";
  const means = metrics
    .filter(({ metric }) => metric.endsWith("/mean"))
    .map(({ metric, value }) => `${metric} ${Number(value.toPrecision(4))}`);
  return line`${run_id}: ${title}, ${status}, started ${started_at}${data}${
    means.length === 0 ? "" : `; ${means.join(", ")}`
  }`;
}

function formatList(prompt: string, { runs, next_cursor }: ComparedView): ToolText {
  return ToolText.join(
    runs.length === 0
      ? line`${prompt} has no evaluations. evaluate_prompt makes one.`
      : line`Evaluations of ${prompt}, newest first:`,
    ...runs.map(formatRun),
    next_cursor !== undefined && line`More: cursor ${next_cursor}`,
  );
}

function formatComparison(view: ComparedView): ToolText {
  const { runs, reports = [], changed_rows = [], notes = [] } = view;
  return ToolText.join(
    ...runs.map(formatRun),
    ...reports.map((summary, index) =>
      formatVersionReport(
        `${runs[index]?.title ?? "Run"}${index === 0 ? " (baseline)" : ""}`,
        summary,
      ),
    ),
    ...notes.map((note) => line`Note: ${note}`),
    ...changed_rows.map(formatChangedRow),
  );
}
