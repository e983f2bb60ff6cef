import type { Dataset, DatasetRow, DatasetSearch } from "../../registry/evaluation/datasets.ts";
import type { EvaluationStore } from "../../registry/evaluation/evaluation-store.ts";
import type {
  LabelRequest,
  NewRun,
  RowResult,
  RunSearch,
  RunStore,
} from "../../registry/evaluation/runs.ts";
import type { Label } from "../../registry/evaluation/scores.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { MlflowApi } from "../api.ts";
import { experimentIdOf } from "../traces/experiment.ts";
import { knownExperimentId } from "../traces/known-experiment.ts";
import { addRows, readRows } from "./dataset-rows.ts";
import { createDataset, getDataset, listDatasets, tieDataset } from "./datasets.ts";
import { requestLabels, setLabel } from "./labels.ts";
import { linkTrace } from "./link-trace.ts";
import { listRuns } from "./list-runs.ts";
import { readResult, resultPages } from "./read-results.ts";
import { toRun } from "./read-run.ts";
import { storeResults } from "./results.ts";
import { runPageUrl, tracePageUrl } from "./run-page.ts";
import { fetchRun, finishRun, startRun } from "./runs.ts";
import { listScorers } from "./scorers.ts";
import { listUses, listUseTimes } from "./uses.ts";

/** Datasets and evaluations over MLflow's REST API (3.8 and newer), for one caller. */
export class MlflowEvaluationStore implements EvaluationStore {
  readonly #api: MlflowApi;
  #experimentId: string | undefined;

  constructor(api: MlflowApi) {
    this.#api = api;
    this.#experimentId = knownExperimentId(api);
  }

  async listDatasets(search: DatasetSearch, options?: CallOptions) {
    return listDatasets(this.#api, await this.#experiment(options), search, options);
  }

  async getDataset(nameOrId: string, options?: CallOptions) {
    return getDataset(this.#api, await this.#experiment(options), nameOrId, options);
  }

  async createDataset(name: string, details: { readonly prompt?: string }, options?: CallOptions) {
    const experimentId = await this.#experiment(options);
    return createDataset(this.#api, { experimentId, name, ...details }, options);
  }

  tieDataset(dataset: Dataset, prompt: string, options?: CallOptions) {
    return tieDataset(this.#api, dataset, prompt, options);
  }

  addRows(dataset: Dataset, rows: readonly DatasetRow[], options?: CallOptions) {
    return addRows(this.#api, dataset, rows, options);
  }

  readRows(dataset: Dataset, limit: number, options?: CallOptions) {
    return readRows(this.#api, dataset, limit, options);
  }

  async startRun(run: NewRun, options?: CallOptions) {
    return startRun(this.#api, await this.#experiment(options), run, options);
  }

  async storeResults(runId: string, results: readonly RowResult[], options?: CallOptions) {
    const experimentId = await this.#experiment(options);
    await storeResults(this.#api, { experimentId, runId }, results, options);
  }

  finishRun(runId: string, end: Parameters<RunStore["finishRun"]>[1], options?: CallOptions) {
    return finishRun(this.#api, runId, end, options);
  }

  async getRun(runId: string, options?: CallOptions) {
    return toRun(await fetchRun(this.#api, runId, options));
  }

  async listRuns(search: RunSearch, options?: CallOptions) {
    return listRuns(this.#api, await this.#experiment(options), search, options);
  }

  resultPages(runId: string, limit: number, options?: CallOptions) {
    return resultPages(this.#api, runId, limit, options);
  }

  readResult(runId: string, traceId: string, options?: CallOptions) {
    return readResult(this.#api, runId, traceId, options);
  }

  async listUses(
    prompt: { readonly name: string; readonly version: number },
    limit: number,
    options?: CallOptions,
  ) {
    return listUses(
      this.#api,
      { experimentId: await this.#experiment(options), prompt },
      limit,
      options,
    );
  }

  async listUseTimes(
    prompt: Parameters<RunStore["listUseTimes"]>[0],
    range: Parameters<RunStore["listUseTimes"]>[1],
    options?: CallOptions,
  ) {
    const experimentId = await this.#experiment(options);
    return listUseTimes(this.#api, { experimentId, prompt }, range, options);
  }

  linkTrace(...[traceId, prompt, options]: Parameters<RunStore["linkTrace"]>) {
    return linkTrace(this.#api, traceId, prompt, options);
  }

  async listScorers(options?: CallOptions) {
    return listScorers(this.#api, await this.#experiment(options), options);
  }

  async requestLabels(request: LabelRequest, options?: CallOptions) {
    return requestLabels(this.#api, await this.#experiment(options), request, options);
  }

  setLabel(traceId: string, label: Label, options?: CallOptions) {
    return setLabel(this.#api, traceId, label, options);
  }

  pageOf(runId: string) {
    return runPageUrl(this.#api, this.#experimentId, runId);
  }

  pageOfTrace(traceId: string) {
    return tracePageUrl(this.#api, this.#experimentId, traceId);
  }

  async #experiment(options: CallOptions = {}): Promise<string> {
    this.#experimentId ??= await experimentIdOf(this.#api, options);
    return this.#experimentId;
  }
}
