import { RegistryError } from "../../registry/errors.ts";
import type { DatasetRow } from "../../registry/evaluation/datasets.ts";
import type { EvaluationStore } from "../../registry/evaluation/evaluation-store.ts";
import type { UsedVersion } from "../../registry/evaluation/runs.ts";
import type { Label, ScoreValue } from "../../registry/evaluation/scores.ts";
import type { JsonObject } from "../../registry/json.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import { countOf } from "../../registry/text/count.ts";

/** The newest uses of a version that are looked at. */
export const maxTraces = 100;

export interface TraceSelection {
  /** 1 to `maxTraces`. */
  readonly limit: number;
  /** Only traces that a person has labelled. */
  readonly onlyLabelled: boolean;
}

/**
 * Makes rows of the newest traces of a version: the values of its variables, and the labels that people
 * gave, each under its name. The oldest comes first, so that of two with the same inputs the newer wins.
 * A label on which people disagree is left out.
 * @throws RegistryError `not_found` when no trace makes a row
 */
export async function rowsFromTraces(
  store: EvaluationStore,
  prompt: { readonly name: string; readonly version: number },
  { limit, onlyLabelled }: TraceSelection,
  options: CallOptions,
): Promise<{ readonly rows: readonly DatasetRow[]; readonly warnings: readonly string[] }> {
  const uses = await store.listUses(prompt, onlyLabelled ? maxTraces : limit, options);
  const wanted = onlyLabelled ? uses.filter(({ labels }) => labels.length > 0) : uses;
  const usable = wanted.filter(({ inputs }) => Object.keys(inputs).length > 0);
  const made = usable.slice(0, limit).reverse().map(rowOf);
  if (made.length === 0) throw noTraces(prompt, uses.length, wanted.length);
  const disputed = made.reduce((sum, row) => sum + row.disputed, 0);
  const empty = wanted.length - usable.length;
  return {
    rows: made.map(({ row }) => row),
    warnings: [
      ...(empty === 0
        ? []
        : [`${countOf(empty, "trace")} without values of variables made no row.`]),
      ...(disputed === 0
        ? []
        : [`${countOf(disputed, "label")} on which people disagree made no expectation.`]),
    ],
  };
}

function rowOf({ inputs, labels, traceId }: UsedVersion) {
  const { agreed, disputed } = agreedLabels(labels);
  const row: DatasetRow = { inputs, expectations: agreed, sourceTrace: traceId };
  return { row, disputed };
}

function agreedLabels(labels: readonly Label[]) {
  const said = new Map<string, Set<ScoreValue>>();
  for (const { name, value } of labels) said.set(name, (said.get(name) ?? new Set()).add(value));
  const agreed: JsonObject = Object.fromEntries(
    [...said].flatMap(([name, values]) =>
      values.size === 1 ? [...values].map((value) => [name, value]) : [],
    ),
  );
  return { agreed, disputed: said.size - Object.keys(agreed).length };
}

function noTraces(
  { name, version }: { readonly name: string; readonly version: number },
  used: number,
  wanted: number,
): RegistryError {
  const why =
    used === 0
      ? "it has no traces. run_prompt stores one for each call"
      : wanted === 0
        ? `people have labelled none of its newest ${countOf(used, "trace")}. Label some in MLflow, or call without only_labelled`
        : "no trace has values of its variables";
  return new RegistryError(
    "not_found",
    `Nothing was added: no rows can be made of ${name} version ${version}, because ${why}.`,
    { prompt: name, version },
  );
}
