import * as z from "zod";
import { runMarks, runTag } from "../../registry/evaluation/run-tags.ts";
import type { EvaluationRun } from "../../registry/evaluation/runs.ts";
import { linkedPrompts, runStatusOf } from "../../registry/evaluation/stored-runs.ts";
import { plainJsonOrUndefined } from "../../registry/json.ts";
import type { WireRun } from "./wire.ts";

export function isEvaluation({ info, data }: WireRun): boolean {
  const isMarked = runMarks.some(({ key, value }) => data.tags[key] === value);
  return isMarked && info.lifecycle_stage === "active";
}

const datasetSource = z.object({ dataset_id: z.string() }).optional().catch(undefined);

export function toRun({ info, data, inputs }: WireRun): EvaluationRun {
  const { tags, metrics, params } = data;
  const dataset = inputs.dataset_inputs[0]?.dataset;
  const id = datasetSource.parse(plainJsonOrUndefined(dataset?.source ?? "null"))?.dataset_id;
  const plan = tags[runTag.plan];
  const baselineRunId = tags[runTag.baseline];
  return {
    id: info.run_id,
    name: info.run_name,
    status: runStatusOf(info.status),
    prompts: linkedPrompts.parse(plainJsonOrUndefined(tags[runTag.linkedPrompts] ?? "null")),
    startedAt: info.start_time,
    ...(info.end_time ? { endedAt: info.end_time } : {}),
    metrics,
    ...(dataset === undefined
      ? {}
      : {
          dataset: {
            ...(id === undefined ? {} : { id }),
            name: dataset.name,
            digest: dataset.digest,
          },
        }),
    params,
    ...(plan === undefined ? {} : { plan }),
    ...(baselineRunId === undefined ? {} : { baselineRunId }),
  };
}
