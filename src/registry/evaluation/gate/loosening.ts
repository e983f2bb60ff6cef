import { canonicalValue } from "../../json.ts";
import { aliasesOf, type Criterion, defaultConfidence, type Gate, guards } from "./gate.ts";

/** The aliases for which the gates afterwards let through what those before would have refused. */
export function loosenedAliases(before: readonly Gate[], after: readonly Gate[]): string[] {
  const loosened = before.flatMap((gate) =>
    aliasesOf(gate).filter(
      (alias) => !after.some((other) => guards(other, alias) && isAsStrict(other, gate)),
    ),
  );
  return [...new Set(loosened)];
}

/** Whether whatever passes `gate` passes `old` as well. */
function isAsStrict(gate: Gate, old: Gate): boolean {
  if (gate.dataset !== old.dataset || gate.judge_model !== old.judge_model) return false;
  const { confidence = defaultConfidence, min_rows: rows = Number.POSITIVE_INFINITY } = gate;
  return (
    confidence >= (old.confidence ?? defaultConfidence) &&
    rows >= (old.min_rows ?? Number.POSITIVE_INFINITY) &&
    (gate.approvals?.count ?? 0) >= (old.approvals?.count ?? 0) &&
    isAtMost(gate.max_age_days, old.max_age_days) &&
    isAtMost(gate.max_cost_ratio, old.max_cost_ratio) &&
    isAtMost(gate.max_latency_ratio, old.max_latency_ratio) &&
    Object.entries(old.scorers ?? {}).every(([name, criterion]) => {
      const other = Object.hasOwn(gate.scorers ?? {}, name) ? gate.scorers?.[name] : undefined;
      return other !== undefined && isCriterionAsStrict(other, criterion);
    })
  );
}

function isCriterionAsStrict(criterion: Criterion, old: Criterion): boolean {
  const isSameScorer =
    canonicalValue(criterion.scorer ?? null) === canonicalValue(old.scorer ?? null);
  const isLeastKept =
    old.at_least === undefined || (criterion.at_least ?? Number.NEGATIVE_INFINITY) >= old.at_least;
  return isSameScorer && isLeastKept && isAtMost(criterion.not_worse_by, old.not_worse_by);
}

function isAtMost(limit: number | undefined, old: number | undefined): boolean {
  return old === undefined || (limit !== undefined && limit <= old);
}
