/** A value that a scorer gave. Scores of yes and no are booleans. */
export type ScoreValue = boolean | number | string;

/** What one scorer says of one answer. */
export interface Score {
  /** The scorer's name, which is the name of the assessment in MLflow. */
  readonly scorer: string;
  /** Absent when the scorer failed. */
  readonly value?: ScoreValue;
  /** Why it failed: a sentence. Absent when it did not. */
  readonly error?: string;
  /** Why the value is what it is. */
  readonly reason?: string;
  /** The model that judged; absent when no model did. */
  readonly judge?: {
    readonly model: string;
    readonly inputTokens?: number;
    readonly outputTokens?: number;
    /** US dollars; absent where there is no price. */
    readonly usd?: number;
  };
}

/** What a person says of an answer. */
export interface Label {
  readonly name: string;
  readonly value: ScoreValue;
  readonly comment?: string;
  readonly user?: string;
}

/** Whether both are yes or no, or neither is: only then can a scorer and a person agree. */
export function isComparable(value: ScoreValue, label: ScoreValue): boolean {
  return isYesOrNo(value) === isYesOrNo(label);
}

export function isYesOrNo(value: ScoreValue): boolean {
  return typeof value !== "number" && numberOfScore(value) !== undefined;
}

/** The number that a value counts as; undefined for a text that is neither yes nor no. */
export function numberOfScore(value: ScoreValue): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  const said = value.toLowerCase();
  if (said === "yes" || said === "true" || said === "pass") return 1;
  return said === "no" || said === "false" || said === "fail" ? 0 : undefined;
}
