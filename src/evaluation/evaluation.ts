import type { JsonObject } from "../registry/json.ts";
import type { PromptVersion } from "../registry/types.ts";
import type { Scorer } from "./scorers/scorer.ts";

/** A row that is evaluated. */
export interface EvaluatedRow {
  /** The record of the dataset; absent when the rows came with the call. */
  readonly recordId?: string;
  readonly inputs: JsonObject;
  readonly expectations: JsonObject;
}

/** What the rows are of. */
export interface EvaluatedDataset {
  /** Absent when the rows came with the call. */
  readonly id?: string;
  readonly name: string;
  readonly digest: string;
  /** All rows of the dataset, of which fewer may be evaluated. */
  readonly rowCount: number;
}

/** What a caller wants to have evaluated. */
export interface Evaluation {
  /** The first is the baseline. */
  readonly versions: readonly PromptVersion[];
  readonly dataset: EvaluatedDataset;
  readonly rows: readonly EvaluatedRow[];
  readonly scorers: readonly Scorer[];
  /** Absent: each version is asked of the model that it names, or the default. */
  readonly model?: string;
  readonly judgeModel: string;
  readonly repeats: number;
  /** US dollars of all calls together, those of the judges among them; absent means no limit. */
  readonly maxUsd?: number;
  /** Whether runs are stored. */
  readonly store: boolean;
}
