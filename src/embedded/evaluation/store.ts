import { randomBytes } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { RegistryError } from "../../registry/errors.ts";
import type { Dataset, DatasetRow, DatasetSearch } from "../../registry/evaluation/datasets.ts";
import type { EvaluationStore } from "../../registry/evaluation/evaluation-store.ts";
import { collected, noResult } from "../../registry/evaluation/result-pages.ts";
import type {
  LabelRequest,
  NewRun,
  RowResult,
  RunSearch,
  RunStore,
} from "../../registry/evaluation/runs.ts";
import type { Label } from "../../registry/evaluation/scores.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { PromptTrace } from "../../registry/traces.ts";
import type { EmbeddedConnection } from "../file/connection.ts";
import type { EmbeddedView } from "../workspace-scope.ts";
import { addRows, readRows } from "./dataset-rows.ts";
import { createDataset, getDataset, listDatasets, tieDataset } from "./datasets.ts";
import { EvaluationScope } from "./evaluation-scope.ts";
import { setLabel } from "./labels.ts";
import { findResults, readResults } from "./read-results.ts";
import { listRuns, readRun } from "./read-runs.ts";
import { insertResults } from "./results.ts";
import { endRun, insertRun } from "./runs.ts";
import { listScorers } from "./scorers.ts";
import { insertTrace } from "./traces.ts";
import { findUses, findUseTimes, linkUse, readUses } from "./uses.ts";

/** Traces that are read, and rows of a dataset that are added, at once: both block the process. */
const tracesAtOnce = 100;
const rowsAtOnce = 200;

/** Datasets, evaluations and traces in the tables of MLflow of a database file. */
export class EmbeddedEvaluationStore implements EvaluationStore {
  readonly #connection: EmbeddedConnection;
  readonly #view: EmbeddedView;

  constructor(connection: EmbeddedConnection, view: EmbeddedView) {
    this.#connection = connection;
    this.#view = view;
  }

  listDatasets(search: DatasetSearch, options?: CallOptions) {
    return this.#read((scope) => listDatasets(scope, search), options);
  }

  getDataset(nameOrId: string, options?: CallOptions) {
    return this.#read((scope) => getDataset(scope, nameOrId), options);
  }

  createDataset(name: string, details: { readonly prompt?: string }, options?: CallOptions) {
    return this.#write((scope) => createDataset(scope, name, details), options);
  }

  tieDataset(dataset: Dataset, prompt: string, options?: CallOptions) {
    return this.#write((scope) => tieDataset(scope, dataset, prompt), options);
  }

  async addRows(dataset: Dataset, rows: readonly DatasetRow[], options?: CallOptions) {
    let added = await this.#addPart(dataset, rows.slice(0, rowsAtOnce), options);
    for (let from = rowsAtOnce; from < rows.length; from += rowsAtOnce) {
      await nextTurn();
      const part = await this.#addPart(dataset, rows.slice(from, from + rowsAtOnce), options);
      const { inserted, updated } = added;
      added = {
        inserted: inserted + part.inserted,
        updated: updated + part.updated,
        dataset: part.dataset,
      };
    }
    return added;
  }

  #addPart(dataset: Dataset, rows: readonly DatasetRow[], options: CallOptions | undefined) {
    return this.#write((scope) => addRows(scope, dataset, rows), options);
  }

  readRows(dataset: Dataset, limit: number, options?: CallOptions) {
    return this.#read((scope) => readRows(scope, dataset, limit), options);
  }

  startRun(run: NewRun, options?: CallOptions) {
    return this.#write((scope) => insertRun(scope, run), options);
  }

  storeResults(runId: string, results: readonly RowResult[], options?: CallOptions) {
    return this.#write((scope) => insertResults(scope, runId, results), options);
  }

  finishRun(runId: string, end: Parameters<RunStore["finishRun"]>[1], options?: CallOptions) {
    return this.#write((scope) => endRun(scope, runId, end), options);
  }

  getRun(runId: string, options?: CallOptions) {
    return this.#read((scope) => readRun(scope, runId), options);
  }

  listRuns(search: RunSearch, options?: CallOptions) {
    return this.#read((scope) => listRuns(scope, search), options);
  }

  async *resultPages(runId: string, limit: number, options?: CallOptions) {
    const ids = await this.#read((scope) => findResults(scope, runId, limit), options);
    yield* this.#inParts(ids, (scope, part) => readResults(scope, runId, part), options);
  }

  async readResult(runId: string, traceId: string, options?: CallOptions) {
    const read = (scope: EvaluationScope) => readResults(scope, runId, [traceId]);
    const [result] = await this.#read(read, options);
    if (result === undefined) throw noResult(runId, traceId);
    return result;
  }

  async listUses(
    prompt: { readonly name: string; readonly version: number },
    limit: number,
    options?: CallOptions,
  ) {
    const ids = await this.#read((scope) => findUses(scope, prompt, limit), options);
    return collected(this.#inParts(ids, readUses, options));
  }

  listUseTimes(
    prompt: Parameters<RunStore["listUseTimes"]>[0],
    range: Parameters<RunStore["listUseTimes"]>[1],
    options?: CallOptions,
  ) {
    return this.#read((scope) => findUseTimes(scope, prompt, range), options);
  }

  linkTrace(...[traceId, prompt, options]: Parameters<RunStore["linkTrace"]>) {
    return this.#write((scope) => linkUse(scope, traceId, prompt), options);
  }

  listScorers(options?: CallOptions) {
    return this.#read(listScorers, options);
  }

  /** @throws RegistryError `invalid` always */
  async requestLabels(_request: LabelRequest): Promise<never> {
    throw new RegistryError(
      "invalid",
      "An embedded registry has no review queues, where people label traces: MLflow servers have them since release 3.14. Nothing was requested. Open the database file with such a server, or add the labels one by one.",
    );
  }

  setLabel(traceId: string, label: Label, options?: CallOptions) {
    return this.#write((scope) => setLabel(scope, traceId, label), options);
  }

  /** A file has no pages. */
  pageOf(): undefined {
    return undefined;
  }

  pageOfTrace(): undefined {
    return undefined;
  }

  /** Stores the trace of a use of a version. */
  storeTrace(trace: PromptTrace, options?: CallOptions): Promise<void> {
    const spanIds = { root: randomBytes(8).toString("hex"), chat: randomBytes(8).toString("hex") };
    return this.#write((scope) => {
      insertTrace(scope, scope.ensureExperiment(), trace, { name: "run_prompt", spanIds });
    }, options);
  }

  /** Other calls go on between the parts. */
  async *#inParts<T>(
    ids: readonly string[],
    read: (scope: EvaluationScope, ids: readonly string[]) => readonly T[],
    options: CallOptions | undefined,
  ): AsyncGenerator<readonly T[]> {
    for (let from = 0; from < ids.length; from += tracesAtOnce) {
      const part = ids.slice(from, from + tracesAtOnce);
      yield await this.#read((scope) => read(scope, part), options);
      await nextTurn();
    }
  }

  #read<T>(work: (scope: EvaluationScope) => T, options: CallOptions | undefined): Promise<T> {
    return this.#connection.read((...file) => work(this.#scope(...file)), options);
  }

  #write<T>(work: (scope: EvaluationScope) => T, options: CallOptions | undefined): Promise<T> {
    return this.#connection.write((...file) => work(this.#scope(...file)), options);
  }

  #scope(...[db, layout]: Parameters<Parameters<EmbeddedConnection["read"]>[0]>): EvaluationScope {
    return new EvaluationScope(db, layout, this.#connection.path, this.#view);
  }
}
