import type { JsonObject } from "../json.ts";
import type { CallOptions } from "../prompt-registry.ts";
import type { Page } from "../types.ts";

/** One row of a dataset: values of a prompt's variables, and what is expected of the answer. */
export interface DatasetRow {
  /** Identifies the row in its dataset: a row with the same inputs, in any order of keys, is the same. */
  readonly inputs: JsonObject;
  /**
   * Such as `expected_response` (a text), `expected_facts` and `guidelines` (lists of texts), `context`,
   * or what a scorer of one's own needs. `{}` when there are none.
   */
  readonly expectations: JsonObject;
  readonly tags?: Readonly<Record<string, string>>;
  /** The trace that the row was taken from. */
  readonly sourceTrace?: string;
}

/** A row as it is stored. */
export interface StoredRow extends DatasetRow {
  /** "dr-" and 32 hexadecimal digits. */
  readonly id: string;
}

/** A dataset of MLflow (3.8 and newer). Times are milliseconds since 1970. */
export interface Dataset {
  /** "d-" and 32 hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  /** Changes when rows are added or changed. MLflow keeps it when rows are deleted: see `rowCount`. */
  readonly digest: string;
  readonly rowCount: number;
  /** The prompt that the dataset is for: its tag `mcp.prompt`. Absent when it has none. */
  readonly prompt?: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface DatasetSearch {
  /** Only those for this prompt. */
  readonly prompt?: string;
  /** 1 to 100. */
  readonly limit: number;
  readonly cursor?: string;
}

/** The tag of a dataset that names the prompt it is for. */
export const datasetPromptTag = "mcp.prompt";

/** The most rows that one dataset is read with, and that one evaluation has. */
export const maxDatasetRows = 10_000;

/** MLflow's evaluation datasets, with the caller's workspace and credential. */
export interface DatasetStore {
  /** Newest first. */
  listDatasets(search: DatasetSearch, options?: CallOptions): Promise<Page<Dataset>>;
  /**
   * By name, or by ID. Rejects `not_found`; and `conflict` when several datasets have the name, which
   * MLflow allows, with their IDs in the message.
   */
  getDataset(nameOrId: string, options?: CallOptions): Promise<Dataset>;
  /** Rejects `already_exists` when a dataset has the name. */
  createDataset(
    name: string,
    details: { readonly prompt?: string },
    options?: CallOptions,
  ): Promise<Dataset>;
  /**
   * Ties a dataset to a prompt, or leaves it tied to that one. Rejects `conflict` when it is tied to
   * another. Its digest stays. Returns the dataset as it is afterwards.
   */
  tieDataset(dataset: Dataset, prompt: string, options?: CallOptions): Promise<Dataset>;
  /**
   * Adds rows, and merges a row into the one with the same inputs, as MLflow does: expectations and tags
   * by key. Returns the dataset as it is afterwards.
   */
  addRows(
    dataset: Dataset,
    rows: readonly DatasetRow[],
    options?: CallOptions,
  ): Promise<{ readonly inserted: number; readonly updated: number; readonly dataset: Dataset }>;
  /**
   * The rows in the order in which they were added, at most `limit`. Rows that were added together may
   * come in any order, which is always the same.
   */
  readRows(dataset: Dataset, limit: number, options?: CallOptions): Promise<readonly StoredRow[]>;
}
