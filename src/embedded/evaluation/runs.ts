import { randomUUID } from "node:crypto";
import * as z from "zod";
import { quote, RegistryError } from "../../registry/errors.ts";
import { runMarks, runTag, runTagsOf } from "../../registry/evaluation/run-tags.ts";
import type { NewRun, RunStore } from "../../registry/evaluation/runs.ts";
import { pythonJson } from "../../registry/json.ts";
import type { EvaluationScope, Experiment } from "./evaluation-scope.ts";

const uuidRow = z.object({ dataset_uuid: z.string() });
const schemaRow = z.object({ schema: z.string().nullable() });
const experimentRow = z.object({ experiment_id: z.number().int() });

export function insertRun(scope: EvaluationScope, run: NewRun): string {
  const experiment = scope.ensureExperiment();
  const id = randomUUID().replaceAll("-", "");
  const tags = { ...runTagsOf(run), "mlflow.runName": run.name, [runTag.plan]: run.plan };
  scope.insert("runs", {
    run_uuid: id,
    name: run.name,
    source_type: "UNKNOWN",
    source_name: "",
    entry_point_name: "",
    user_id: run.user ?? "",
    status: "RUNNING",
    start_time: Math.round(run.startedAt),
    end_time: null,
    source_version: "",
    lifecycle_stage: "active",
    artifact_uri: `${experiment.artifacts}/${id}/artifacts`,
    experiment_id: experiment.id,
  });
  for (const [key, value] of Object.entries(tags)) {
    scope.insert("tags", { key, value, run_uuid: id });
  }
  for (const [key, value] of Object.entries(run.params)) {
    scope.insert("params", { key, value, run_uuid: id });
  }
  linkDataset(scope, experiment, id, run);
  return id;
}

/** Writes metrics and criteria, which may be written twice, and ends the run. @throws RegistryError `not_found` */
export function endRun(
  scope: EvaluationScope,
  runId: string,
  { status, metrics, endedAt, qualityCriteria }: Parameters<RunStore["finishRun"]>[1],
): void {
  requireRun(scope, runId);
  const timestamp = Math.round(endedAt);
  for (const [key, value] of Object.entries(metrics)) {
    const row = { key, value, timestamp, run_uuid: runId, step: 0, is_nan: 0 };
    scope.insert("metrics", row, "REPLACE");
    scope.insert("latest_metrics", row, "REPLACE");
  }
  if (qualityCriteria !== undefined) {
    const tag = { key: runTag.qualityCriteria, value: qualityCriteria, run_uuid: runId };
    scope.insert("tags", tag, "REPLACE");
  }
  scope.change("UPDATE runs SET status = :status, end_time = :timestamp WHERE run_uuid = :runId", {
    runId,
    timestamp,
    status: status.toUpperCase(),
  });
}

/**
 * The experiment of an evaluation run of the workspace.
 * @throws RegistryError `not_found`, also for a run that is no evaluation
 */
export function requireRun(scope: EvaluationScope, runId: string): number {
  const { condition, values } = scope.inWorkspace("experiments");
  const [row] = scope.select(
    experimentRow,
    `SELECT runs.experiment_id FROM runs JOIN experiments USING (experiment_id)
     WHERE run_uuid = :runId AND ${condition} AND ${isEvaluation}`,
    { ...values, runId },
  );
  if (row) return row.experiment_id;
  throw new RegistryError(
    "not_found",
    `The registry has no evaluation run ${quote(runId)}. List the evaluations of the prompt to see those that exist.`,
  );
}

/** The SQL condition for rows of `runs`. */
export const isEvaluation = `runs.lifecycle_stage = 'active' AND EXISTS (
  SELECT 1 FROM tags mark WHERE mark.run_uuid = runs.run_uuid AND (${runMarks
    .map(({ key, value }) => `(mark.key = '${key}' AND mark.value = '${value}')`)
    .join(" OR ")}))`;

function linkDataset(
  scope: EvaluationScope,
  experiment: Experiment,
  runId: string,
  { dataset }: NewRun,
): void {
  const { id, name, digest, rowCount } = dataset;
  scope.insert(
    "datasets",
    {
      dataset_uuid: randomUUID().replaceAll("-", ""),
      experiment_id: experiment.id,
      name,
      digest,
      dataset_source_type: id === undefined ? "code" : "mlflow_evaluation_dataset",
      dataset_source: pythonJson(id === undefined ? {} : { dataset_id: id }),
      dataset_schema: schemaOf(scope, id),
      dataset_profile: pythonJson({ num_rows: rowCount }),
    },
    "IGNORE",
  );
  const [stored] = scope.select(
    uuidRow,
    `SELECT dataset_uuid FROM datasets
     WHERE experiment_id = :experiment AND name = :name AND digest = :digest`,
    { experiment: experiment.id, name, digest },
  );
  scope.insert("inputs", {
    input_uuid: randomUUID().replaceAll("-", ""),
    source_type: "DATASET",
    source_id: stored?.dataset_uuid ?? null,
    destination_type: "RUN",
    destination_id: runId,
  });
}

/** The schema of a dataset of the file, as MLflow repeats it. */
function schemaOf(scope: EvaluationScope, id: string | undefined): string | null {
  if (id === undefined) return null;
  const sql = "SELECT schema FROM evaluation_datasets WHERE dataset_id = :id";
  return scope.select(schemaRow, sql, { id })[0]?.schema ?? null;
}
