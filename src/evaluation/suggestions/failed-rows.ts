import type { EvaluationStore } from "../../registry/evaluation/evaluation-store.ts";
import type { ReadResult } from "../../registry/evaluation/runs.ts";
import { numberOfScore } from "../../registry/evaluation/scores.ts";
import { type JsonObject, stringifyJson } from "../../registry/json.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";

/** A row that went wrong, as a model is shown it. */
export type FailedRow = Readonly<{
  inputs: string;
  answer: string;
  expectations: JsonObject;
  scores: string[];
}>;

/** Rows that a model is shown, and characters of their texts. */
const most = { rows: 10, read: 1_000, text: 2_000 };

/** The rows of runs with the lowest scores and the labels that are no. Rows that are right are left out. */
export async function failedRows(
  store: EvaluationStore,
  runs: readonly string[],
  options: CallOptions,
): Promise<readonly FailedRow[]> {
  let rows: readonly { readonly worst: number; readonly row: FailedRow }[] = [];
  for (const run of runs) {
    for await (const page of store.resultPages(run, most.read, options)) {
      const wrong = page
        .map((result) => ({ result, worst: worstOf(result) }))
        .filter(({ worst }) => worst < 1)
        .map(({ result, worst }) => ({ worst, row: viewRow(result) }));
      rows = [...rows, ...wrong].toSorted((a, b) => a.worst - b.worst).slice(0, most.rows);
    }
  }
  return rows.map(({ row }) => row);
}

/** Only yes and no, and shares, say how good an answer is. */
function worstOf({ error, scores, labels }: ReadResult): number {
  if (error !== undefined) return 1;
  const values = [...labels, ...scores].flatMap(({ value }) => {
    const number = value === undefined ? undefined : numberOfScore(value);
    return number !== undefined && number >= 0 && number <= 1 ? [number] : [];
  });
  return Math.min(1, ...values);
}

function viewRow({ inputs, output = "", expectations, scores, labels }: ReadResult): FailedRow {
  return {
    inputs: cut(stringifyJson(inputs)),
    answer: cut(output),
    expectations,
    scores: [
      ...scores.map(({ scorer, value, reason }) => cut(`${scorer}: ${value}. ${reason ?? ""}`)),
      ...labels.map(({ name, value, comment }) =>
        cut(`A person says of ${name}: ${value}. ${comment ?? ""}`),
      ),
    ],
  };
}

function cut(text: string): string {
  return text.length > most.text ? `${text.slice(0, most.text)}…` : text;
}
