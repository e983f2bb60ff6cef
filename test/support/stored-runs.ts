import { randomUUID } from "node:crypto";
import { resolveScorers } from "../../src/evaluation/scorers/resolve-scorers.ts";
import { scorerSpec } from "../../src/evaluation/scorers/scorer-spec.ts";
import type { Dataset } from "../../src/registry/evaluation/datasets.ts";
import type { EvaluationStore } from "../../src/registry/evaluation/evaluation-store.ts";
import { traceIdOf } from "../../src/registry/evaluation/row-identity.ts";
import type { RowResult } from "../../src/registry/evaluation/runs.ts";

/** A run as evaluate_prompt stores it, without asking a model. */
export interface StoredRun {
  readonly prompt: string;
  readonly version: number;
  /** What the scorers said of each row, by scorer; undefined: no model answered. */
  readonly rows: readonly (Readonly<Record<string, number | boolean>> | undefined)[];
  /** As evaluate_prompt takes them. */
  readonly scorers?: readonly unknown[];
  readonly judgeModel?: string;
  /** US dollars of each answer. */
  readonly usd?: number;
  readonly latencyMs?: number;
  /** Milliseconds since 1970. */
  readonly endedAt?: number;
  readonly unfinished?: boolean;
  /** Metrics that do not follow from the rows. */
  readonly metrics?: Readonly<Record<string, number>>;
}

export function question(index: number) {
  return { question: `What is ${index}?` };
}

/** A dataset with so many questions. */
export async function addQuestions(
  store: EvaluationStore,
  name: string,
  count: number,
): Promise<Dataset> {
  const created = await store.createDataset(name, {});
  const rows = Array.from({ length: count }, (_, index) => ({
    inputs: question(index),
    expectations: { expected_response: `${index}` },
  }));
  return (await store.addRows(created, rows)).dataset;
}

/** Stores a run on the first questions of a dataset. Resolves with its ID. */
export async function storeRun(
  store: EvaluationStore,
  dataset: Dataset,
  given: StoredRun,
): Promise<string> {
  const { prompt, version, rows, scorers = ["exact_match"], endedAt = Date.now() } = given;
  const { judgeModel = "judge", latencyMs = 100, usd, metrics = {} } = given;
  const resolved = resolveScorers(
    scorers.map((one) => scorerSpec.parse(one)),
    [],
    { judgeModel },
  );
  const runId = await store.startRun({
    name: `${prompt}/${version} on ${dataset.name}`,
    prompt: { name: prompt, version },
    plan: randomUUID(),
    dataset,
    params: {
      model: "chat",
      judge_model: judgeModel,
      scorers: JSON.stringify(
        resolved.map(({ name, digest, direction, isBinary }) => ({
          ...{ name, digest, direction, is_binary: isBinary },
        })),
      ),
      repeats: "1",
      dataset_rows: String(rows.length),
    },
    startedAt: endedAt - 1_000,
  });
  const results = rows.map((scores, index): RowResult => {
    const rowKey = `${index}.0`;
    return {
      traceId: traceIdOf(runId, rowKey),
      rowKey,
      prompt: { name: prompt, version },
      startedAt: endedAt - latencyMs,
      endedAt,
      inputs: question(index),
      expectations: {},
      call: { model: "chat", request: {}, ...costOf(usd) },
      ...(scores === undefined ? { error: "Too many requests" } : { output: `${index}` }),
      scores: Object.entries(scores ?? {}).map(([scorer, value]) => ({ scorer, value })),
    };
  });
  for (let first = 0; first < results.length; first += 100) {
    await store.storeResults(runId, results.slice(first, first + 100));
  }
  if (given.unfinished) return runId;
  const all = { "rows/attempted": rows.length, ...metrics };
  await store.finishRun(runId, { status: "finished", metrics: all, endedAt });
  return runId;
}

function costOf(usd: number | undefined) {
  return usd === undefined ? {} : { cost: { inputUsd: 0, outputUsd: usd, totalUsd: usd } };
}
