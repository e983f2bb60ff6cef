import type { JsonObject } from "../json.ts";
import type { CallOptions } from "../prompt-registry.ts";
import type { PromptTrace } from "../traces.ts";
import type { Page } from "../types.ts";
import type { Label, Score } from "./scores.ts";

/** What is evaluated in one run: one version of a prompt on the rows of one dataset. */
export interface NewRun {
  /** Shown in MLflow's list, such as "qa/3 on support-questions". At most 250 characters. */
  readonly name: string;
  readonly prompt: { readonly name: string; readonly version: number };
  /**
   * A hash of everything that decides what is asked and scored. An interrupted run with the same plan is
   * continued.
   */
  readonly plan: string;
  readonly dataset: {
    /** Absent when the rows came with the call. */
    readonly id?: string;
    readonly name: string;
    readonly digest: string;
    readonly rowCount: number;
  };
  /** What was asked and how, for people: models, scorers with their digests, repeats. Texts by key. */
  readonly params: Readonly<Record<string, string>>;
  /** The run of the version that this one is compared with; absent for the baseline itself. */
  readonly baselineRunId?: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly user?: string;
}

/**
 * One row of a run: the call of the model and what the scorers said. It is stored as a trace whose
 * assessments are the scores and expectations.
 */
export interface RowResult extends PromptTrace {
  /**
   * Which row and which repeat: "17.0" is the first call of the row with index 17. The trace's ID is
   * `traceIdOf(runId, rowKey)`, and each score's ID follows from it, so storing a row twice changes
   * nothing.
   */
  readonly rowKey: string;
  /** The record of the dataset; absent when the rows came with the call. */
  readonly recordId?: string;
  readonly expectations: JsonObject;
  /** Empty when no model answered: what failed is not scored. */
  readonly scores: readonly Score[];
}

export type RunStatus = "running" | "finished" | "failed";

/** A run of ours or of `mlflow.genai.evaluate`. Times are milliseconds since 1970. */
export interface EvaluationRun {
  readonly id: string;
  readonly name: string;
  readonly status: RunStatus;
  /** The versions that the run names: one in runs of ours. */
  readonly prompts: readonly { readonly name: string; readonly version: number }[];
  readonly startedAt: number;
  readonly endedAt?: number;
  /** Such as "correctness/mean". */
  readonly metrics: Readonly<Record<string, number>>;
  readonly dataset?: { readonly id?: string; readonly name: string; readonly digest: string };
  /** Of `NewRun`; empty for runs of MLflow's own. */
  readonly params: Readonly<Record<string, string>>;
  readonly plan?: string;
  readonly baselineRunId?: string;
}

/** A row of a run as it is read back. What MLflow's own evaluation does not store is absent. */
export interface ReadResult {
  readonly traceId: string;
  readonly rowKey?: string;
  readonly inputs: JsonObject;
  /** The text of the answer; what is no text is JSON text. Absent when no model answered. */
  readonly output?: string;
  readonly error?: string;
  readonly expectations: JsonObject;
  readonly scores: readonly Score[];
  readonly labels: readonly Label[];
  readonly latencyMs: number;
  readonly usage?: { readonly inputTokens: number; readonly outputTokens: number };
  readonly usd?: number;
}

export interface RunSearch {
  /** Only runs that name this prompt, or this version of it. */
  readonly prompt?: string;
  readonly version?: number;
  /** Only those of this plan. */
  readonly plan?: string;
  readonly status?: RunStatus;
  /** 1 to 100. */
  readonly limit: number;
  readonly cursor?: string;
}

/** A use of a version that left a trace. */
export interface UsedVersion {
  readonly traceId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The values of the variables, where the trace has them as `run_prompt` and MLflow's own runs do. */
  readonly inputs: JsonObject;
  /** The text of the answer; absent when there is none. */
  readonly output?: string;
  readonly labels: readonly Label[];
  readonly scores: readonly Score[];
}

/** When a version was used, in milliseconds since 1970, and whether that failed. */
export interface UseTime {
  readonly traceId: string;
  readonly at: number;
  readonly failed: boolean;
}

/** What people are asked to label. */
export interface LabelRequest {
  /** Name of the review queue, and what is asked. */
  readonly title: string;
  /** Names a label schema, and says what to judge. */
  readonly label: string;
  readonly instruction: string;
  readonly traceIds: readonly string[];
  /** Names of the users who are asked; empty: anybody. */
  readonly users: readonly string[];
}

/** Evaluation runs, with the caller's workspace, credential and experiment. */
export interface RunStore {
  /** Resolves with the run's ID: 32 hexadecimal digits. */
  startRun(run: NewRun, options?: CallOptions): Promise<string>;
  /**
   * Stores rows of a run, at most 100. What is stored already stays: no score is doubled, no row counted
   * twice. Rejects like every write; rows before the failure may be stored.
   */
  storeResults(runId: string, results: readonly RowResult[], options?: CallOptions): Promise<void>;
  /** Ends a run. `failed`: it cannot be continued. */
  finishRun(
    runId: string,
    end: {
      readonly status: Exclude<RunStatus, "running">;
      readonly metrics: Readonly<Record<string, number>>;
      readonly endedAt: number;
      /** MLflow's own form (3.18 and newer), see `quality-criteria.ts`. */
      readonly qualityCriteria?: string;
    },
    options?: CallOptions,
  ): Promise<void>;
  /** Rejects `not_found`. */
  getRun(runId: string, options?: CallOptions): Promise<EvaluationRun>;
  /** Newest first. Only evaluation runs. */
  listRuns(search: RunSearch, options?: CallOptions): Promise<Page<EvaluationRun>>;
  /**
   * All rows of a run, complete ones only, in no particular order; at most `limit`. Page by page, so that
   * few texts are in memory at once. Rejects `not_found`.
   */
  resultPages(
    runId: string,
    limit: number,
    options?: CallOptions,
  ): AsyncIterable<readonly ReadResult[]>;
  /** One complete row of a run, by the ID of its trace. Rejects `not_found`. */
  readResult(runId: string, traceId: string, options?: CallOptions): Promise<ReadResult>;
  /** Uses of a version outside of evaluation runs, newest first. */
  listUses(
    prompt: { readonly name: string; readonly version: number },
    limit: number,
    options?: CallOptions,
  ): Promise<readonly UsedVersion[]>;
  /** When a version was used outside of evaluation runs since a time, newest first: at most `limit`. */
  listUseTimes(
    prompt: { readonly name: string; readonly version: number },
    range: { readonly since: number; readonly limit: number },
    options?: CallOptions,
  ): Promise<readonly UseTime[]>;
  /**
   * Links a trace to a version that it used: `listUses` finds it from then on. Linked twice, it is linked
   * once. Rejects `not_found` for a trace that does not exist; MLflow 3.8 keeps the link for it instead.
   */
  linkTrace(
    traceId: string,
    prompt: { readonly name: string; readonly version: number },
    options?: CallOptions,
  ): Promise<void>;
  /** The scorers that are registered in the experiment: MLflow's JSON, not checked. */
  listScorers(options?: CallOptions): Promise<readonly { name: string; serialized: string }[]>;
  /**
   * Asks people to label traces: a label schema and a review queue (MLflow 3.14 and newer). Rejects
   * `invalid` where there are none. Returns what to tell the person.
   */
  requestLabels(
    request: LabelRequest,
    options?: CallOptions,
  ): Promise<{ readonly queueId: string; readonly url?: string }>;
  /**
   * Labels a trace. A person has one label of each name: a later one takes its place. Sent twice, it is
   * stored once. Rejects `not_found`.
   */
  setLabel(traceId: string, label: Label, options?: CallOptions): Promise<void>;
  /** The page of a run in MLflow's UI; absent where there is none. Sends no request. */
  pageOf(runId: string): string | undefined;
  /** The same of a trace. */
  pageOfTrace(traceId: string): string | undefined;
}
