import * as z from "zod";
import type { UsedVersion, UseTime } from "../../registry/evaluation/runs.ts";
import type { EvaluationScope } from "./evaluation-scope.ts";
import { findTrace } from "./find-trace.ts";
import { readTraces } from "./read-traces.ts";
import { linkTrace } from "./traces.ts";

/** The traces of an experiment that are linked to a version and belong to no run. */
const outsideOfRuns = `FROM entity_associations a JOIN trace_info t ON t.request_id = a.source_id
     WHERE a.destination_type = 'prompt_version' AND a.destination_id = :version
       AND a.source_type = 'trace' AND t.experiment_id = :experiment
       AND NOT EXISTS (SELECT 1 FROM trace_request_metadata m
         WHERE m.request_id = t.request_id AND m.key = 'mlflow.sourceRun')`;

const idRow = z.object({ request_id: z.string() });
const timeRow = z.object({ request_id: z.string(), at: z.number(), status: z.string() });

/** The traces that are linked to a version and belong to no run, newest first. */
export function findUses(
  scope: EvaluationScope,
  prompt: { readonly name: string; readonly version: number },
  limit: number,
): readonly string[] {
  const experiment = scope.findExperiment();
  if (experiment === undefined) return [];
  const rows = scope.select(
    idRow,
    `SELECT t.request_id ${outsideOfRuns}
       AND EXISTS (SELECT 1 FROM spans s WHERE s.trace_id = t.request_id AND s.parent_span_id IS NULL)
     ORDER BY t.timestamp_ms DESC, t.request_id LIMIT :limit`,
    { version: `${prompt.name}/${prompt.version}`, experiment: experiment.id, limit },
  );
  return rows.map(({ request_id }) => request_id);
}

/** When those traces began since a time, newest first. */
export function findUseTimes(
  scope: EvaluationScope,
  prompt: { readonly name: string; readonly version: number },
  { since, limit }: { readonly since: number; readonly limit: number },
): readonly UseTime[] {
  const experiment = scope.findExperiment();
  if (experiment === undefined) return [];
  const rows = scope.select(
    timeRow,
    `SELECT t.request_id, t.timestamp_ms AS at, t.status ${outsideOfRuns} AND t.timestamp_ms >= :since
     ORDER BY t.timestamp_ms DESC LIMIT :limit`,
    {
      ...{ version: `${prompt.name}/${prompt.version}`, experiment: experiment.id },
      ...{ since: Math.floor(since), limit },
    },
  );
  return rows.map(({ request_id, at, status }) => ({
    traceId: request_id,
    at,
    failed: status === "ERROR",
  }));
}

/** @throws RegistryError `not_found` for a trace that the workspace does not have */
export function linkUse(
  scope: EvaluationScope,
  traceId: string,
  { name, version }: { readonly name: string; readonly version: number },
): void {
  findTrace(scope, traceId);
  linkTrace(scope, traceId, "prompt_version", `${name}/${version}`);
}

export function readUses(
  scope: EvaluationScope,
  traceIds: readonly string[],
): readonly UsedVersion[] {
  return readTraces(scope, traceIds).map(({ traceId, at, inputs, output, labels, scores }) => ({
    traceId,
    at,
    inputs,
    ...(output === undefined ? {} : { output }),
    labels,
    scores,
  }));
}
