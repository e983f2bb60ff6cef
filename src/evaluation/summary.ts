import { medianSorted, quantileSorted } from "simple-statistics";
import type { TemplateEngine } from "../registry/engine/template-engine.ts";
import type {
  Agreement,
  Estimate,
  PairedDifference,
} from "../registry/evaluation/statistics/results.ts";
import type { MeasuredResult } from "./measured.ts";
import type { Direction } from "./scorers/scorer.ts";

/** What the scores of one scorer say of one version. */
export interface ScorerSummary {
  readonly name: string;
  /** Scores are yes and no: the mean is a share. */
  readonly isBinary: boolean;
  /** Absent when no score is a number. */
  readonly estimate?: Estimate;
  /** Answers with a score, and answers where the scorer failed. */
  readonly scored: number;
  readonly failed: number;
  /** How often texts were given, where scores are texts other than yes and no. */
  readonly counts?: Readonly<Record<string, number>>;
  /** Absent where nobody labelled answers. */
  readonly agreement?: Agreement;
}

/** The results of one version, over all rows and repeats. */
export interface VersionSummary {
  readonly attempted: number;
  readonly answered: number;
  readonly failed: number;
  readonly scorers: readonly ScorerSummary[];
  /** Of answers, in milliseconds; absent without an answer. */
  readonly medianMs?: number;
  readonly p95Ms?: number;
  /** Of the answers whose tokens are known. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** US dollars of all answers; absent when the cost of one is not known. */
  readonly usd?: number;
  /** US dollars of the judges, as far as it is known. */
  readonly judgeUsd: number;
}

export interface StatisticsOptions {
  /** Such as 0.95. */
  readonly confidence: number;
  /** The same seed gives the same intervals. */
  readonly seed: string;
}

/** Distinct texts that are counted for a scorer. */
const maxCounts = 20;

export async function summarizeMeasured(
  templates: TemplateEngine,
  results: readonly MeasuredResult[],
  options: StatisticsOptions,
): Promise<VersionSummary> {
  const answers = results.filter(({ answered }) => answered);
  const names = [...new Set(results.flatMap(({ scores }) => [...scores.keys()]))];
  const latencies = answers.map(({ latencyMs }) => latencyMs).toSorted((a, b) => a - b);
  const costs = answers.flatMap(({ usd }) => (usd === undefined ? [] : [usd]));
  return {
    attempted: results.length,
    answered: answers.length,
    failed: results.length - answers.length,
    scorers: await Promise.all(
      names.map((name) => summarizeScorer(templates, name, results, options)),
    ),
    ...(latencies.length === 0
      ? {}
      : { medianMs: medianSorted(latencies), p95Ms: quantileSorted(latencies, 0.95) }),
    inputTokens: sum(answers.map(({ inputTokens = 0 }) => inputTokens)),
    outputTokens: sum(answers.map(({ outputTokens = 0 }) => outputTokens)),
    ...(costs.length === answers.length && answers.length > 0 ? { usd: sum(costs) } : {}),
    judgeUsd: sum(results.map(({ judgeUsd }) => judgeUsd)),
  };
}

async function summarizeScorer(
  templates: TemplateEngine,
  name: string,
  results: readonly MeasuredResult[],
  { confidence, seed }: StatisticsOptions,
): Promise<ScorerSummary> {
  const scores = results.flatMap(({ scores }) => scores.get(name) ?? []);
  const means = [...rowMeans(results, name).values()];
  const isBinary = scores.every(
    ({ number, value }) => number === undefined || typeof value !== "number",
  );
  const texts = scores.flatMap(({ value, number }) =>
    number === undefined && typeof value === "string" ? [value] : [],
  );
  const labelled = scores.flatMap(({ value, label }) =>
    value === undefined || label === undefined
      ? []
      : [{ judge: category(value), person: category(label) }],
  );
  return {
    name,
    isBinary,
    scored: scores.filter(({ failed }) => !failed).length,
    failed: scores.filter(({ failed }) => failed).length,
    ...(means.length === 0
      ? {}
      : {
          estimate: await templates.estimate(means, {
            confidence,
            seed: `${seed} ${name}`,
            isBinary,
          }),
        }),
    ...(texts.length === 0 ? {} : { counts: countsOf(texts) }),
    ...(labelled.length === 0 ? {} : { agreement: await templates.agreement(labelled) }),
  };
}

export function compareMeasured(
  templates: TemplateEngine,
  baseline: readonly MeasuredResult[],
  candidate: readonly MeasuredResult[],
  {
    scorer,
    direction,
    confidence,
    seed,
  }: StatisticsOptions & { readonly scorer: string; readonly direction: Direction },
): Promise<PairedDifference> {
  const before = rowMeans(baseline, scorer);
  const pairs = [...rowMeans(candidate, scorer)].flatMap(([row, mean]) => {
    const other = before.get(row);
    return other === undefined ? [] : [{ baseline: other, candidate: mean }];
  });
  return templates.comparePairs(pairs, { seed: `${seed} ${scorer}`, direction, confidence });
}

/** The mean of a row's scores, by row. Rows without a score are left out. */
function rowMeans(results: readonly MeasuredResult[], scorer: string): ReadonlyMap<string, number> {
  const rows = new Map<string, number[]>();
  for (const { row, scores } of results) {
    const number = scores.get(scorer)?.number;
    if (number !== undefined) rows.set(row, [...(rows.get(row) ?? []), number]);
  }
  return new Map([...rows].map(([row, numbers]) => [row, sum(numbers) / numbers.length]));
}

/** Labels and scores say the same in several spellings: true, "yes". */
function category(value: boolean | number | string): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  const said = String(value).trim().toLowerCase();
  if (said === "true" || said === "pass") return "yes";
  return said === "false" || said === "fail" ? "no" : said;
}

function countsOf(texts: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    if (counts.has(text) || counts.size < maxCounts) counts.set(text, 1 + (counts.get(text) ?? 0));
  }
  return Object.fromEntries(counts);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
