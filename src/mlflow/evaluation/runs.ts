import { randomUUID } from "node:crypto";
import { quote, RegistryError } from "../../registry/errors.ts";
import { runTag, runTagsOf } from "../../registry/evaluation/run-tags.ts";
import type { NewRun, RunStore } from "../../registry/evaluation/runs.ts";
import { storedJson } from "../../registry/json.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import { writeIdTag } from "../../registry/versions/stored-version.ts";
import type { MlflowApi } from "../api.ts";
import { isMissing, refusalError, valueOrThrow } from "../errors/refusal.ts";
import { emptyResponse } from "../schemas.ts";
import { noExperiment } from "../traces/experiment.ts";
import { isEvaluation } from "./read-run.ts";
import { repeatableWrite } from "./repeatable-write.ts";
import { runAnswer, runPage, type WireRun } from "./wire.ts";

/** Characters that MLflow takes (3.8 to 3.17, `mlflow/utils/validation.py`). */
const limits = { param: 6_000, digest: 36 };

/**
 * Creates a run with its dataset and parameters. The plan is written last, so that a run with a plan is
 * complete, and an interrupted evaluation is not continued with half a run.
 */
export async function startRun(
  api: MlflowApi,
  experimentId: string,
  run: NewRun,
  options: CallOptions = {},
): Promise<string> {
  checkLengths(run);
  const runId = await createRun(api, experimentId, run, options);
  const steps = [
    ["/runs/log-inputs", { run_id: runId, datasets: [{ dataset: datasetInput(run) }] }],
    [
      "/runs/log-batch",
      {
        run_id: runId,
        params: pairs(run.params),
        tags: pairs({ [runTag.plan]: run.plan }),
      },
    ],
  ] as const;
  for (const [path, body] of steps) await post(api, path, body, options);
  return runId;
}

/** Writes metrics and criteria, which may be written twice, and ends the run. */
export async function finishRun(
  api: MlflowApi,
  runId: string,
  { status, metrics, endedAt, qualityCriteria }: Parameters<RunStore["finishRun"]>[1],
  options: CallOptions = {},
): Promise<void> {
  const { inputs } = await fetchRun(api, runId, options);
  const dataset = inputs.dataset_inputs[0]?.dataset;
  const logged = Object.entries(metrics).map(([key, value]) => ({
    key,
    value,
    timestamp: endedAt,
    step: 0,
    ...(dataset ? { dataset_name: dataset.name, dataset_digest: dataset.digest } : {}),
  }));
  const tags =
    qualityCriteria === undefined ? [] : pairs({ [runTag.qualityCriteria]: qualityCriteria });
  if (logged.length + tags.length > 0) {
    await post(api, "/runs/log-batch", { run_id: runId, metrics: logged, tags }, options);
  }
  const end = { run_id: runId, status: status.toUpperCase(), end_time: endedAt };
  await post(api, "/runs/update", end, options);
}

/** @throws RegistryError `not_found`, also for a run that is no evaluation */
export async function fetchRun(
  api: MlflowApi,
  runId: string,
  options?: CallOptions,
): Promise<WireRun> {
  const answer = await api.get("/runs/get", { run_id: runId }, runAnswer, options);
  const isThere = answer.ok ? isEvaluation(answer.value.run) : !isMissing(answer.refusal);
  if (!isThere) throw noRun(runId);
  return valueOrThrow(answer).run;
}

async function createRun(
  api: MlflowApi,
  experimentId: string,
  run: NewRun,
  options: CallOptions,
): Promise<string> {
  const writeId = randomUUID();
  const body = {
    experiment_id: experimentId,
    run_name: run.name,
    start_time: run.startedAt,
    ...(run.user === undefined ? {} : { user_id: run.user }),
    tags: pairs({ ...runTagsOf(run), [writeIdTag]: writeId }),
  };
  return api.verifyWrite<string>(
    async () => {
      const answer = await api.post("/runs/create", body, runAnswer, options);
      if (answer.ok) return answer.value.run.info.run_id;
      throw isMissing(answer.refusal) ? noExperiment(answer.refusal) : refusalError(answer.refusal);
    },
    async (readOptions) => {
      const search = {
        experiment_ids: [experimentId],
        filter: `tags.\`${writeIdTag}\` = '${writeId}'`,
        max_results: 1,
      };
      const found = await api.search("/runs/search", search, runPage, readOptions);
      const created = valueOrThrow(found).runs[0]?.info.run_id;
      return created === undefined
        ? { current: "the experiment has no run from this call" }
        : { applied: created };
    },
    options,
  );
}

function datasetInput({ dataset }: NewRun) {
  const { id, name, digest, rowCount } = dataset;
  return {
    name,
    digest,
    source_type: id === undefined ? "code" : "mlflow_evaluation_dataset",
    source: storedJson(id === undefined ? {} : { dataset_id: id }),
    profile: storedJson({ num_rows: rowCount }),
  };
}

async function post(
  api: MlflowApi,
  path: string,
  body: Readonly<Record<string, unknown>>,
  options: CallOptions,
): Promise<void> {
  await repeatableWrite(
    api,
    async (sent) => valueOrThrow(await api.post(path, body, emptyResponse, sent)),
    options,
  );
}

function pairs(values: Readonly<Record<string, string>>) {
  return Object.entries(values).map(([key, value]) => ({ key, value }));
}

function checkLengths({ params, dataset }: NewRun): void {
  const long = Object.entries(params).find(([, value]) => value.length > limits.param);
  if (long) {
    throw tooLong(`The parameter ${quote(long[0])} of the evaluation`, long[1], limits.param);
  }
  if (dataset.digest.length > limits.digest) {
    throw tooLong("The digest of the dataset", dataset.digest, limits.digest);
  }
}

function tooLong(what: string, { length }: string, most: number): RegistryError {
  return new RegistryError(
    "invalid",
    `${what} has ${length} characters, and MLflow takes at most ${most}. Nothing was stored. Evaluate with fewer scorers or shorter names.`,
  );
}

function noRun(runId: string): RegistryError {
  return new RegistryError(
    "not_found",
    `MLflow has no evaluation run ${quote(runId)}. List the evaluations of the prompt to see those that exist.`,
  );
}
