import { chooseModel } from "../models/choose-model.ts";
import { RegistryError } from "../registry/errors.ts";
import type { EvaluationStore } from "../registry/evaluation/evaluation-store.ts";
import type { JsonObject } from "../registry/json.ts";
import type { CallOptions } from "../registry/prompt-registry.ts";
import type { PromptVersion } from "../registry/types.ts";
import type { Session } from "../session/session.ts";
import { chooseRows, digestOfRows } from "./choose-rows.ts";
import type { EvaluatedDataset, EvaluatedRow, Evaluation } from "./evaluation.ts";
import { evaluationLimits } from "./limits.ts";
import { registeredFor } from "./scorers/registered-for.ts";
import { resolveScorers } from "./scorers/resolve-scorers.ts";
import type { ScorerSpec } from "./scorers/scorer-spec.ts";

/** What a caller gives. */
export interface EvaluationRequest {
  readonly dataset?: string | undefined;
  readonly rows?: readonly { readonly inputs: JsonObject; readonly expectations: JsonObject }[];
  readonly scorers: readonly ScorerSpec[];
  readonly model?: string | undefined;
  readonly judgeModel?: string | undefined;
  readonly maxRows?: number | undefined;
  readonly maxUsd?: number | undefined;
  readonly repeats: number;
  readonly store: boolean;
}

/**
 * Reads the dataset and the scorers of an evaluation.
 * @param versions the first is the baseline
 * @throws RegistryError `invalid`, `not_found`
 */
export async function openEvaluation(
  session: Session & Required<Pick<Session, "models">>,
  versions: readonly PromptVersion[],
  request: EvaluationRequest,
  options: CallOptions,
): Promise<Evaluation> {
  const { models, evaluations } = session;
  const judgeModel = chooseModel(models.allowed, request.judgeModel ?? request.model, {});
  const registered = await registeredFor(evaluations, request.scorers, options);
  const scorers = resolveScorers(request.scorers, registered, { judgeModel });
  const { dataset, rows } = await readRows(evaluations, request, options);
  return {
    versions,
    dataset,
    rows: chooseRows(rows, request.maxRows),
    scorers,
    judgeModel,
    repeats: request.repeats,
    store: request.store,
    ...(request.model === undefined ? {} : { model: request.model }),
    ...(request.maxUsd === undefined ? {} : { maxUsd: request.maxUsd }),
  };
}

async function readRows(
  evaluations: EvaluationStore | undefined,
  { dataset: name, rows, maxRows }: EvaluationRequest,
  options: CallOptions,
): Promise<{ readonly dataset: EvaluatedDataset; readonly rows: readonly EvaluatedRow[] }> {
  if ((name === undefined) === (rows === undefined)) {
    throw new RegistryError(
      "invalid",
      "Nothing was evaluated: give either dataset, from list_datasets, or rows.",
    );
  }
  if (rows !== undefined) {
    const digest = digestOfRows(rows);
    return { dataset: { name: "rows of the call", digest, rowCount: rows.length }, rows };
  }
  const store = storeOf(evaluations);
  const dataset = await store.getDataset(name ?? "", options);
  if (dataset.rowCount > evaluationLimits.rows && maxRows === undefined) {
    throw new RegistryError(
      "invalid",
      `Nothing was evaluated: the dataset ${dataset.name} has ${dataset.rowCount} rows, and ${evaluationLimits.rows} can be evaluated. Give max_rows.`,
    );
  }
  const stored = await store.readRows(dataset, dataset.rowCount, options);
  return {
    dataset,
    rows: stored.map(({ id, inputs, expectations }) => ({ recordId: id, inputs, expectations })),
  };
}

function storeOf(evaluations: EvaluationStore | undefined): EvaluationStore {
  if (evaluations !== undefined) return evaluations;
  throw new RegistryError("unavailable", "This registry has no datasets and no scorers.");
}
