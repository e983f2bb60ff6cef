import { numberOfScore, type Score } from "../registry/evaluation/scores.ts";
import type { JsonObject } from "../registry/json.ts";
import type { MeasuredResult } from "./measured.ts";
import type { Scorer } from "./scorers/scorer.ts";

/** One answer to a row. */
export interface RowAnswer {
  /** 0 in runs that name no version. */
  readonly version: number;
  /** Tells runs of one version apart. */
  readonly runId?: string;
  readonly traceId?: string;
  /** Cut to `textLength` characters. */
  readonly output: string;
  readonly scores: readonly Score[];
}

/** A row that two versions answer differently. */
export interface ChangedRow {
  readonly inputs: JsonObject;
  readonly baseline: RowAnswer;
  readonly candidate: RowAnswer;
  /** Sum of the differences of all scores, each in the direction that is better. */
  readonly change: number;
}

const textLength = 2_000;

/** Keeps the rows whose scores changed most, and nothing else in memory. */
export class ChangedRows {
  readonly #most: number;
  readonly #scorers: ReadonlyMap<string, Pick<Scorer, "direction">>;
  readonly #rows = new Map<string, ChangedRow[]>();

  /** @param most rows that are kept of each candidate */
  constructor(scorers: readonly Pick<Scorer, "name" | "direction">[], most: number) {
    this.#scorers = new Map(scorers.map((scorer) => [scorer.name, scorer]));
    this.#most = most;
  }

  add(inputs: JsonObject, baseline: RowAnswer, candidate: RowAnswer): void {
    const change = this.#changeOf(numbersIn(baseline.scores), numbersIn(candidate.scores));
    const key = keyOf(candidate);
    if (!this.#isAmongMost(key, change)) return;
    const rows = this.#rows.get(key) ?? [];
    this.#rows.set(key, rows);
    rows.push({ inputs, change, baseline: cut(baseline), candidate: cut(candidate) });
    rows.sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
    rows.length = Math.min(rows.length, this.#most);
  }

  /** Whether `add` would keep a row with these scores: its texts need not be read otherwise. */
  wants(
    of: Pick<RowAnswer, "version" | "runId">,
    baseline: MeasuredResult,
    candidate: MeasuredResult,
  ): boolean {
    const change = this.#changeOf(measuredIn(baseline), measuredIn(candidate));
    return this.#isAmongMost(keyOf(of), change);
  }

  #isAmongMost(key: string, change: number): boolean {
    const rows = this.#rows.get(key) ?? [];
    const smallest = rows.length === this.#most ? rows.at(-1) : undefined;
    return Math.abs(change) > Math.abs(smallest?.change ?? 0);
  }

  /** Those that changed most first. */
  list(): readonly ChangedRow[] {
    return [...this.#rows.values()].flat();
  }

  #changeOf(before: Numbers, after: Numbers): number {
    let sum = 0;
    for (const [scorer, is] of after) {
      const was = before.get(scorer);
      const direction = this.#scorers.get(scorer)?.direction ?? "none";
      if (was === undefined || is === undefined || direction === "none") continue;
      sum += relative(was, is) * (direction === "lower" ? -1 : 1);
    }
    return sum;
  }
}

/** Scores by scorer. */
type Numbers = ReadonlyMap<string, number | undefined>;

function keyOf({ version, runId }: Pick<RowAnswer, "version" | "runId">): string {
  return runId ?? String(version);
}

function numbersIn(scores: readonly Score[]): Numbers {
  return new Map(
    scores.map(({ scorer, value }) => [
      scorer,
      value === undefined ? undefined : numberOfScore(value),
    ]),
  );
}

function measuredIn({ scores }: MeasuredResult): Numbers {
  return new Map([...scores].map(([scorer, { number }]) => [scorer, number]));
}

/** Scores have different units: a difference counts as its share of the larger score, at most 1. */
function relative(was: number, is: number): number {
  const largest = Math.max(Math.abs(was), Math.abs(is), 1);
  return (is - was) / largest;
}

/** With the first characters of its output. */
export function cut(answer: RowAnswer): RowAnswer {
  const { output } = answer;
  return output.length <= textLength
    ? answer
    : { ...answer, output: `${output.slice(0, textLength)}…` };
}
