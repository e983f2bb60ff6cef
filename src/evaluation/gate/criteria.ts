import type { TemplateEngine } from "../../registry/engine/template-engine.ts";
import {
  type Criterion,
  defaultConfidence,
  type Gate,
} from "../../registry/evaluation/gate/gate.ts";
import { countOf } from "../../registry/text/count.ts";
import type { MeasuredResult } from "../measured.ts";
import type { Direction } from "../scorers/scorer.ts";
import { compareMeasured, summarizeMeasured } from "../summary.ts";
import { withFailuresCounted } from "./failures.ts";

/** What the criteria of a gate say, a sentence each, without a period. */
export interface Findings {
  readonly met: readonly string[];
  readonly unmet: readonly string[];
}

/** The results that are judged. */
export interface Measured {
  readonly candidate: readonly MeasuredResult[];
  /** Of the version that the alias serves; absent where there is none to compare with. */
  readonly baseline?: readonly MeasuredResult[];
  readonly baselineVersion?: number;
}

interface Finding {
  readonly holds: boolean;
  readonly says: string;
}

/**
 * Judges the results of a version by the criteria of a gate. A row without an answer or without a score
 * counts as the worst: see `withFailuresCounted`. Without a baseline only least values are judged.
 * @param directions of the gate's scorers, by name
 */
export async function checkCriteria(
  templates: TemplateEngine,
  gate: Gate,
  measured: Measured,
  directions: ReadonlyMap<string, Direction>,
): Promise<Findings> {
  const statistics = { confidence: gate.confidence ?? defaultConfidence, seed: "gate" };
  const findings: Finding[] = [];
  for (const [name, criterion] of Object.entries(gate.scorers ?? {})) {
    const direction = directions.get(name) ?? "none";
    findings.push(
      ...(await checkScorer(templates, { name, criterion, direction }, measured, statistics)),
    );
  }
  findings.push(...(await checkRatios(templates, gate, measured, statistics)));
  return {
    met: findings.filter(({ holds }) => holds).map(({ says }) => says),
    unmet: findings.filter(({ holds }) => !holds).map(({ says }) => says),
  };
}

interface Judged {
  readonly name: string;
  readonly criterion: Criterion;
  readonly direction: Direction;
}

interface Statistics {
  readonly confidence: number;
  readonly seed: string;
}

async function checkScorer(
  templates: TemplateEngine,
  { name, criterion: { at_least, not_worse_by }, direction }: Judged,
  { candidate, baseline, baselineVersion }: Measured,
  statistics: Statistics,
): Promise<Finding[]> {
  const counted = withFailuresCounted(name, direction, candidate, baseline ?? []);
  const failures =
    counted.failed === 0
      ? ""
      : `, with ${countOf(counted.failed, "failed answer")} counted as ${round(counted.worst)}`;
  const findings: Finding[] = [];
  if (at_least !== undefined) {
    const { scorers } = await summarizeMeasured(templates, counted.results, statistics);
    const mean = scorers[0]?.estimate?.mean;
    findings.push({
      holds: mean !== undefined && mean >= at_least - rounding,
      says: `${name} is ${mean === undefined ? "not known" : round(mean)} and must be at least ${at_least}${failures}`,
    });
  }
  if (not_worse_by === undefined || baseline === undefined) return findings;
  if (direction === "none") {
    const says = `${name} has no better and worse, so not_worse_by cannot be checked: give at_least instead`;
    return [...findings, { holds: false, says }];
  }
  const difference = await compareMeasured(templates, baseline, counted.results, {
    ...statistics,
    ...{ scorer: name, direction },
  });
  const { low, high, rows, enoughRows } = difference;
  const worst = direction === "higher" ? -low : high;
  const holds = rows >= fewestRows && worst <= not_worse_by + rounding;
  const interval = `${round(difference.difference)} (${round(low)} to ${round(high)})`;
  const says =
    rows === 0
      ? `${name} was scored on no row of both version ${baselineVersion} and this one`
      : `${name} differs by ${interval} from version ${baselineVersion} on ${countOf(rows, "row")} and must not be worse by more than ${not_worse_by}${failures}`;
  const more =
    holds || enoughRows === undefined ? "" : `; about ${countOf(enoughRows, "row")} would tell`;
  return [...findings, { holds, says: `${says}${more}` }];
}

/** Equal scores of a few rows have an interval without width, and show nothing. */
const fewestRows = 6;

/** Cost and latency, on the rows that both versions answered. */
async function checkRatios(
  templates: TemplateEngine,
  { max_cost_ratio, max_latency_ratio }: Gate,
  { candidate, baseline, baselineVersion }: Measured,
  statistics: Statistics,
): Promise<Finding[]> {
  if (baseline === undefined) return [];
  if (max_cost_ratio === undefined && max_latency_ratio === undefined) return [];
  const answered = [baseline, candidate].map((results) => results.filter((one) => one.answered));
  const rows = answered.map((results) => new Set(results.map(({ row }) => row)));
  const shared = answered.map((results) =>
    results
      .filter(({ row }) => rows.every((both) => both.has(row)))
      .map((result) => ({ ...result, scores: new Map() })),
  );
  const [before, after] = await Promise.all(
    shared.map((results) => summarizeMeasured(templates, results, statistics)),
  );
  const costs = [before, after].map((one) => one?.usd && one.usd / one.answered);
  const against = `version ${baselineVersion}`;
  return [
    ...checkRatio("cost", max_cost_ratio, costs, against),
    ...checkRatio(
      "median latency",
      max_latency_ratio,
      [before?.medianMs, after?.medianMs],
      against,
    ),
  ];
}

function checkRatio(
  what: string,
  most: number | undefined,
  [before, after]: readonly (number | undefined)[],
  against: string,
): Finding[] {
  if (most === undefined) return [];
  if (before === undefined || after === undefined) {
    const says = `the ${what} of an answer is not known of both this version and ${against}, and must be at most ${most} times that of ${against}`;
    return [{ holds: false, says }];
  }
  const ratio = before === 0 ? "" : ` ${round(after / before)} times`;
  const says = `the ${what} of an answer is${ratio || ` ${round(after)}, and 0 of ${against},`} and must be at most ${most} times that of ${against}`;
  return [{ holds: after <= most * before * (1 + rounding), says }];
}

/** A sum of many scores is off by less. */
const rounding = 1e-9;

/** Four digits, so that a value that misses a limit narrowly does not look like the limit. */
function round(value: number): number {
  return Number(value.toPrecision(4));
}
