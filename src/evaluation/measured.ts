import type { ReadResult } from "../registry/evaluation/runs.ts";
import { isComparable, numberOfScore, type ScoreValue } from "../registry/evaluation/scores.ts";
import type { JsonObject } from "../registry/json.ts";
import { digestOf } from "./digest.ts";

/** The parts of a result that are measured. */
export type Measurable = Pick<
  ReadResult,
  | "inputs"
  | "output"
  | "error"
  | "expectations"
  | "scores"
  | "labels"
  | "latencyMs"
  | "usage"
  | "usd"
>;

export interface MeasuredScore {
  /** Absent when the scorer failed, and for a text that is neither yes nor no. */
  readonly number?: number;
  readonly value?: ScoreValue;
  readonly failed: boolean;
  /** What a person says of the same answer, or the dataset expects of the scorer. */
  readonly label?: ScoreValue;
}

/** What is kept of a result in memory: no text of the answer. */
export interface MeasuredResult {
  /** The same for results of the same inputs, in whichever run. */
  readonly row: string;
  readonly answered: boolean;
  readonly scores: ReadonlyMap<string, MeasuredScore>;
  readonly latencyMs: number;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** Of the answer, without its judges. */
  readonly usd?: number;
  readonly judgeUsd: number;
}

/** Identifies a row by its inputs, in whichever run. */
export function rowOf(inputs: JsonObject): string {
  return digestOf(inputs);
}

export function measure(result: Measurable): MeasuredResult {
  const { inputs, output, error, expectations, scores, labels, latencyMs, usage, usd } = result;
  // An expectation may also be what a scorer compares with, such as the text that "contains" looks for.
  const labelOf = (scorer: string, value: ScoreValue): ScoreValue | undefined => {
    const given = labels.filter(({ name }) => name === scorer).map((label) => label.value);
    const expected = expectations[scorer];
    if (given.length === 0 && (typeof expected === "string" || typeof expected === "boolean")) {
      given.push(expected);
    }
    const [said, ...others] = new Set(given);
    // Where people disagree, nobody knows what the judge should have said.
    if (said === undefined || others.length > 0) return undefined;
    return isComparable(value, said) ? said : undefined;
  };
  return {
    row: rowOf(inputs),
    answered: output !== undefined && error === undefined,
    scores: new Map(
      scores.map(({ scorer, value }) => {
        const number = value === undefined ? undefined : numberOfScore(value);
        const label = value === undefined ? undefined : labelOf(scorer, value);
        return [
          scorer,
          {
            failed: value === undefined,
            ...(value === undefined ? {} : { value }),
            ...(number === undefined ? {} : { number }),
            ...(label === undefined ? {} : { label }),
          },
        ];
      }),
    ),
    latencyMs,
    judgeUsd: scores.reduce((sum, { judge }) => sum + (judge?.usd ?? 0), 0),
    ...(usage === undefined
      ? {}
      : { inputTokens: usage.inputTokens, outputTokens: usage.outputTokens }),
    ...(usd === undefined ? {} : { usd }),
  };
}
