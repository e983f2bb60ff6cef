import type { TemplateEngine } from "../registry/engine/template-engine.ts";
import type { PairedDifference } from "../registry/evaluation/statistics/results.ts";
import { confidence } from "./limits.ts";
import type { MeasuredResult } from "./measured.ts";
import type { Direction } from "./scorers/scorer.ts";
import {
  compareMeasured,
  type ScorerSummary,
  summarizeMeasured,
  type VersionSummary,
} from "./summary.ts";

/** The results of one version or run that a report is of. */
export interface Reported {
  readonly results: readonly MeasuredResult[];
}

export interface ReportedScorer extends ScorerSummary {
  /** From the baseline on the same rows; absent for the baseline itself, and for scorers that it lacks. */
  readonly difference?: PairedDifference;
}

export interface VersionReport extends Omit<VersionSummary, "scorers"> {
  readonly scorers: readonly ReportedScorer[];
}

/** Which scores are good, by scorer. */
export type Directions = ReadonlyMap<string, Direction>;

/** The same scores have the same intervals, on whichever copy of a dataset they were measured. */
const seed = "report";

/** Summarizes versions, and compares each with the first one. */
export async function report(
  templates: TemplateEngine,
  versions: readonly Reported[],
  directions: Directions,
): Promise<readonly VersionReport[]> {
  const [baseline] = versions;
  const reports: VersionReport[] = [];
  for (const [index, version] of versions.entries()) {
    const summary = await summarizeMeasured(templates, version.results, { confidence, seed });
    const other = index === 0 ? undefined : baseline;
    const scorers: ReportedScorer[] = [];
    for (const scorer of summary.scorers) {
      const direction = directions.get(scorer.name) ?? "none";
      const difference =
        other && (await differenceOf(templates, other, version, scorer.name, direction));
      scorers.push({ ...scorer, ...(difference ? { difference } : {}) });
    }
    reports.push({ ...summary, scorers });
  }
  return reports;
}

async function differenceOf(
  templates: TemplateEngine,
  baseline: Reported,
  candidate: Reported,
  scorer: string,
  direction: Direction,
): Promise<PairedDifference | undefined> {
  if (!baseline.results.some(({ scores }) => scores.get(scorer)?.number !== undefined)) {
    return undefined;
  }
  const options = { scorer, direction, confidence, seed };
  return compareMeasured(templates, baseline.results, candidate.results, options);
}

/** The metrics of a run: their keys are those of MLflow's own evaluations where it has them. */
export function metricsOf(summary: VersionReport): Readonly<Record<string, number>> {
  const { scorers, attempted, answered, failed, medianMs, p95Ms, usd } = summary;
  const scores = scorers.flatMap(({ name, estimate, scored, failed: scorerFailed, difference }) => [
    ...(estimate
      ? [
          [`${name}/mean`, estimate.mean],
          [`${name}/low`, estimate.low],
          [`${name}/high`, estimate.high],
        ]
      : []),
    [`${name}/scored`, scored],
    [`${name}/failed`, scorerFailed],
    ...(difference ? [[`${name}/difference`, difference.difference]] : []),
  ]);
  return Object.fromEntries([
    ...scores,
    ["rows/attempted", attempted],
    ["rows/answered", answered],
    ["rows/failed", failed],
    ...(medianMs === undefined ? [] : [["latency_ms/median", medianMs]]),
    ...(p95Ms === undefined ? [] : [["latency_ms/p95", p95Ms]]),
    ["tokens/input", summary.inputTokens],
    ["tokens/output", summary.outputTokens],
    ...(usd === undefined ? [] : [["cost_usd/total", usd]]),
    ...(usd === undefined || answered === 0 ? [] : [["cost_usd/answer", usd / answered]]),
    ...(summary.judgeUsd === 0 ? [] : [["cost_usd/judges", summary.judgeUsd]]),
  ]);
}
