import * as z from "zod";
import { runTag } from "../../registry/evaluation/run-tags.ts";
import type { EvaluationRun, RunSearch, RunStatus } from "../../registry/evaluation/runs.ts";
import {
  isOfPrompt,
  linkedPrompts,
  positionOf,
  type RunPosition,
  runPosition,
  runStatusOf,
} from "../../registry/evaluation/stored-runs.ts";
import { pythonJson } from "../../registry/json.ts";
import { decodeCursor, encodeCursor } from "../../registry/search/cursor.ts";
import type { Page } from "../../registry/types.ts";
import type { Values } from "../file/database.ts";
import type { EvaluationScope } from "./evaluation-scope.ts";
import { jsonOf, objectOf } from "./json-text.ts";
import { isEvaluation, requireRun } from "./runs.ts";

const text = z.string().nullable();
const runRow = z.object({
  run_uuid: z.string(),
  name: text,
  status: z.string(),
  start_time: z.number().nullable(),
  end_time: z.number().nullable(),
});
type RunRow = z.infer<typeof runRow>;
const memberRow = z.object({ key: z.string(), value: text });
const metricRow = z.object({ key: z.string(), value: z.number() });
const datasetRow = z.object({ name: z.string(), digest: z.string(), source: z.string() });

const runColumns = "runs.run_uuid, runs.name, runs.status, runs.start_time, runs.end_time";

const statuses: Readonly<Record<RunStatus, string>> = {
  running: "'RUNNING', 'SCHEDULED'",
  finished: "'FINISHED'",
  failed: "'FAILED', 'KILLED'",
};

/** @throws RegistryError `not_found` */
export function readRun(scope: EvaluationScope, runId: string): EvaluationRun {
  requireRun(scope, runId);
  const sql = `SELECT ${runColumns} FROM runs WHERE run_uuid = :runId`;
  const [row] = scope.select(runRow, sql, { runId });
  if (row === undefined) throw new Error(`Run ${runId} was found but cannot be read`);
  return toRun(scope, row);
}

export function listRuns(scope: EvaluationScope, search: RunSearch): Page<EvaluationRun> {
  const { prompt, version, plan, status, limit, cursor } = search;
  const experiment = scope.findExperiment();
  const identity = ["runs", experiment?.id, prompt, version, plan, status];
  const listing = { identity, after: runPosition };
  const after = decodeCursor(listing, cursor);
  if (experiment === undefined) return { items: [] };
  const runs = firstRuns(scope, experiment.id, search, after);
  const items = runs.slice(0, limit);
  const last = items.at(-1);
  if (last === undefined || runs.length <= limit) return { items };
  return { items, nextCursor: encodeCursor(listing, positionOf(last)) };
}

/** The first runs after the position: one more than the page has, if there are so many. */
function firstRuns(
  scope: EvaluationScope,
  experiment: number,
  search: RunSearch,
  after: RunPosition | undefined,
): readonly EvaluationRun[] {
  const wanted = search.limit + 1;
  const found: EvaluationRun[] = [];
  let from = after;
  for (;;) {
    const rows = selectRuns(scope, search.status, {
      ...conditions(search, experiment),
      at: from?.at ?? null,
      id: from?.id ?? null,
      limit: wanted,
    });
    const last = rows.at(-1);
    found.push(...rows.map((row) => toRun(scope, row)).filter((run) => isOfPrompt(run, search)));
    if (found.length >= wanted || last === undefined || rows.length < wanted) return found;
    from = { at: last.start_time ?? 0, id: last.run_uuid };
  }
}

function selectRuns(
  scope: EvaluationScope,
  status: RunStatus | undefined,
  values: Values,
): readonly RunRow[] {
  return scope.select(
    runRow,
    `SELECT ${runColumns} FROM runs
     LEFT JOIN tags link ON link.run_uuid = runs.run_uuid AND link.key = '${runTag.linkedPrompts}'
     LEFT JOIN tags plan ON plan.run_uuid = runs.run_uuid AND plan.key = '${runTag.plan}'
     WHERE runs.experiment_id = :experiment AND ${isEvaluation}
       AND (:linked IS NULL OR instr(link.value, :linked) > 0)
       AND (:plan IS NULL OR plan.value = :plan)
       AND ${status === undefined ? "TRUE" : `runs.status IN (${statuses[status]})`}
       AND (:at IS NULL OR runs.start_time < :at OR (runs.start_time = :at AND runs.run_uuid > :id))
     ORDER BY runs.start_time DESC, runs.run_uuid LIMIT :limit`,
    values,
  );
}

function conditions({ prompt, version, plan }: RunSearch, experiment: number): Values {
  const link = { name: prompt, version: version === undefined ? undefined : String(version) };
  const isLinked = prompt !== undefined || version !== undefined;
  return {
    experiment,
    linked: isLinked ? pythonJson(link).slice(1, -1) : null,
    plan: plan ?? null,
  };
}

function toRun(scope: EvaluationScope, row: RunRow): EvaluationRun {
  const members = (table: "tags" | "params") =>
    Object.fromEntries(
      scope
        .select(memberRow, `SELECT key, value FROM ${table} WHERE run_uuid = :id`, {
          id: row.run_uuid,
        })
        .map(({ key, value }) => [key, value ?? ""]),
    );
  const tags = members("tags");
  const dataset = readDataset(scope, row.run_uuid);
  const plan = tags[runTag.plan];
  const baselineRunId = tags[runTag.baseline];
  return {
    id: row.run_uuid,
    name: row.name ?? "",
    status: runStatusOf(row.status),
    prompts: linkedPrompts.parse(jsonOf(tags[runTag.linkedPrompts])),
    startedAt: row.start_time ?? 0,
    ...(row.end_time === null ? {} : { endedAt: row.end_time }),
    metrics: readMetrics(scope, row.run_uuid),
    ...(dataset === undefined ? {} : { dataset }),
    params: members("params"),
    ...(plan === undefined ? {} : { plan }),
    ...(baselineRunId === undefined ? {} : { baselineRunId }),
  };
}

function readMetrics(scope: EvaluationScope, id: string): Readonly<Record<string, number>> {
  const sql = "SELECT key, value FROM latest_metrics WHERE run_uuid = :id AND is_nan = 0";
  return Object.fromEntries(
    scope.select(metricRow, sql, { id }).map(({ key, value }) => [key, value]),
  );
}

function readDataset(scope: EvaluationScope, id: string): EvaluationRun["dataset"] {
  const [row] = scope.select(
    datasetRow,
    `SELECT d.name, d.digest, d.dataset_source AS source FROM inputs i
     JOIN datasets d ON d.dataset_uuid = i.source_id
     WHERE i.source_type = 'DATASET' AND i.destination_type = 'RUN' AND i.destination_id = :id`,
    { id },
  );
  if (row === undefined) return undefined;
  const { name, digest } = row;
  const { dataset_id: datasetId } = objectOf(row.source);
  return { ...(typeof datasetId === "string" ? { id: datasetId } : {}), name, digest };
}
