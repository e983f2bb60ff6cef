import type { EvaluationStore } from "../../registry/evaluation/evaluation-store.ts";
import type { MlflowApi } from "../api.ts";
import { knownExperimentId } from "../traces/known-experiment.ts";
import type { MlflowEvaluationStore } from "./evaluation-store.ts";
import { runPageUrl, tracePageUrl } from "./run-page.ts";

/** Loads `MlflowEvaluationStore` with the first call: its schemas take 10 ms of a start. */
export class LateEvaluationStore implements EvaluationStore {
  readonly #api: MlflowApi;
  #loading: Promise<MlflowEvaluationStore> | undefined;
  #loaded: MlflowEvaluationStore | undefined;

  constructor(api: MlflowApi) {
    this.#api = api;
  }

  async listDatasets(...given: Parameters<EvaluationStore["listDatasets"]>) {
    return (await this.#load()).listDatasets(...given);
  }

  async getDataset(...given: Parameters<EvaluationStore["getDataset"]>) {
    return (await this.#load()).getDataset(...given);
  }

  async createDataset(...given: Parameters<EvaluationStore["createDataset"]>) {
    return (await this.#load()).createDataset(...given);
  }

  async tieDataset(...given: Parameters<EvaluationStore["tieDataset"]>) {
    return (await this.#load()).tieDataset(...given);
  }

  async addRows(...given: Parameters<EvaluationStore["addRows"]>) {
    return (await this.#load()).addRows(...given);
  }

  async readRows(...given: Parameters<EvaluationStore["readRows"]>) {
    return (await this.#load()).readRows(...given);
  }

  async startRun(...given: Parameters<EvaluationStore["startRun"]>) {
    return (await this.#load()).startRun(...given);
  }

  async storeResults(...given: Parameters<EvaluationStore["storeResults"]>) {
    return (await this.#load()).storeResults(...given);
  }

  async finishRun(...given: Parameters<EvaluationStore["finishRun"]>) {
    return (await this.#load()).finishRun(...given);
  }

  async getRun(...given: Parameters<EvaluationStore["getRun"]>) {
    return (await this.#load()).getRun(...given);
  }

  async listRuns(...given: Parameters<EvaluationStore["listRuns"]>) {
    return (await this.#load()).listRuns(...given);
  }

  async *resultPages(...given: Parameters<EvaluationStore["resultPages"]>) {
    yield* (await this.#load()).resultPages(...given);
  }

  async readResult(...given: Parameters<EvaluationStore["readResult"]>) {
    return (await this.#load()).readResult(...given);
  }

  async listUses(...given: Parameters<EvaluationStore["listUses"]>) {
    return (await this.#load()).listUses(...given);
  }

  async listUseTimes(...given: Parameters<EvaluationStore["listUseTimes"]>) {
    return (await this.#load()).listUseTimes(...given);
  }

  async linkTrace(...given: Parameters<EvaluationStore["linkTrace"]>) {
    return (await this.#load()).linkTrace(...given);
  }

  async listScorers(...given: Parameters<EvaluationStore["listScorers"]>) {
    return (await this.#load()).listScorers(...given);
  }

  async requestLabels(...given: Parameters<EvaluationStore["requestLabels"]>) {
    return (await this.#load()).requestLabels(...given);
  }

  async setLabel(...given: Parameters<EvaluationStore["setLabel"]>) {
    return (await this.#load()).setLabel(...given);
  }

  pageOf(runId: string) {
    if (this.#loaded) return this.#loaded.pageOf(runId);
    return runPageUrl(this.#api, knownExperimentId(this.#api), runId);
  }

  pageOfTrace(traceId: string) {
    if (this.#loaded) return this.#loaded.pageOfTrace(traceId);
    return tracePageUrl(this.#api, knownExperimentId(this.#api), traceId);
  }

  #load(): Promise<MlflowEvaluationStore> {
    this.#loading ??= this.#import();
    return this.#loading;
  }

  async #import(): Promise<MlflowEvaluationStore> {
    const { MlflowEvaluationStore } = await import("./evaluation-store.ts");
    this.#loaded = new MlflowEvaluationStore(this.#api);
    return this.#loaded;
  }
}
