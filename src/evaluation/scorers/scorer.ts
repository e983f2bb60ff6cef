import type { ModelClient } from "../../models/model-client.ts";
import type { TemplateEngine } from "../../registry/engine/template-engine.ts";
import type { Score } from "../../registry/evaluation/scores.ts";
import type { JsonObject } from "../../registry/json.ts";

/** An answer to be scored. */
export interface ScoredCase {
  readonly inputs: JsonObject;
  /** The text of the answer, or its tool calls as JSON text. */
  readonly output: string;
  readonly expectations: JsonObject;
  readonly latencyMs: number;
  /** Absent where no price is known. */
  readonly usd?: number;
  /** The output of the baseline for the same row and repeat: only pairwise scorers need it. */
  readonly baselineOutput?: string;
}

export interface ScorerContext {
  /** Runs what takes a time that a caller decides, in a worker process. */
  readonly templates: TemplateEngine;
  readonly models: ModelClient;
  readonly judgeModel: string;
  readonly signal?: AbortSignal;
}

/** Which scores are good ones: only these are compared as better and worse. */
export type Direction = "higher" | "lower" | "none";

/** A scorer that is ready to be used. */
export interface Scorer {
  /** Unique in its evaluation; the name of the assessment in MLflow. */
  readonly name: string;
  /** A hash of everything that decides its scores: settings, the judge's prompt, the judge model. */
  readonly digest: string;
  readonly direction: Direction;
  /** Scores are yes and no: the mean is a proportion. */
  readonly isBinary: boolean;
  /** Model calls for one answer, retries not counted: 0 without a judge. */
  readonly judgeCalls: number;
  /** Compares with the baseline's answer, so it scores every version but the baseline. */
  readonly isPairwise: boolean;
  /** Keys of expectations of which a row must have at least one; empty when it needs none. */
  readonly needsOneOf: readonly string[];
  /**
   * Scores one answer. A failure is a score with an error. Rejects with a bug, and with what fails every
   * row: see `failsEveryRow`.
   */
  score(scored: ScoredCase, context: ScorerContext): Promise<Score>;
}
