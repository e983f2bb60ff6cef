import { randomUUID } from "node:crypto";
import { datasetOf, type Gate } from "../../registry/evaluation/gate/gate.ts";

interface Rule {
  readonly metricKey: string;
  readonly comparator: "GTE" | "LTE";
  readonly threshold: number;
}

/** The metrics of a run, such as "latency_ms/median". */
type RunMetrics = Readonly<Record<string, number>>;

/**
 * The criteria of gates as MLflow shows a verdict on them (3.18, the run's tag
 * `mlflow.genaiEvaluate.qualityCriteria`). It has least and greatest values only, one for each metric:
 * of several, the strictest. A margin to another version cannot be said in it, and the ratios of cost
 * and latency only where the metrics of that version are known.
 * @param dataset the name and the ID of the dataset that is evaluated
 * @param baselinesOf the metrics of the versions that a gate compares the version of the run with
 * @returns undefined where no gate of the prompt is on the dataset
 */
export function qualityCriteriaOf(
  gates: readonly Gate[],
  dataset: { readonly name: string; readonly id?: string },
  prompt: string,
  baselinesOf: (gate: Gate) => readonly RunMetrics[],
): string | undefined {
  const rules = new Map<string, Rule>();
  for (const gate of gates) {
    const wanted = datasetOf(gate, prompt);
    if (wanted === undefined || ![dataset.name, dataset.id].includes(wanted)) continue;
    for (const rule of rulesOf(gate, baselinesOf(gate))) {
      const other = rules.get(rule.metricKey);
      if (other === undefined || isStricter(rule, other)) rules.set(rule.metricKey, rule);
    }
  }
  if (rules.size === 0) return undefined;
  const criteria = { schemaVersion: 1, revision: randomUUID(), rules: [...rules.values()] };
  return JSON.stringify(criteria);
}

function rulesOf({ scorers = {}, ...gate }: Gate, baselines: readonly RunMetrics[]): Rule[] {
  const least = Object.entries(scorers).flatMap(([name, { at_least: threshold }]) =>
    threshold === undefined
      ? []
      : [{ metricKey: `${name}/mean`, comparator: "GTE" as const, threshold }],
  );
  const greatest = [
    { metricKey: "latency_ms/median", ratio: gate.max_latency_ratio },
    { metricKey: "cost_usd/answer", ratio: gate.max_cost_ratio },
  ].flatMap(({ metricKey, ratio }) =>
    baselines.flatMap(({ [metricKey]: before }) =>
      ratio === undefined || before === undefined
        ? []
        : [{ metricKey, comparator: "LTE" as const, threshold: ratio * before }],
    ),
  );
  return [...least, ...greatest];
}

function isStricter({ comparator, threshold }: Rule, other: Rule): boolean {
  return comparator === "GTE" ? threshold > other.threshold : threshold < other.threshold;
}
