import { quote, RegistryError } from "../../registry/errors.ts";
import {
  type Dataset,
  type DatasetRow,
  type DatasetStore,
  maxDatasetRows,
} from "../../registry/evaluation/datasets.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import { batchesOf, inputsKey, type RowName } from "./row-limits.ts";

/** What is to be added, and where. */
export interface Addition {
  /** Name or ID. */
  readonly dataset: string;
  /** The dataset, where there is one of that name or ID. */
  readonly existing: Dataset | undefined;
  /** The prompt that the dataset is for. A dataset that has none is tied to it. */
  readonly prompt?: string | undefined;
  readonly rows: readonly DatasetRow[];
  readonly nameOf: RowName;
}

export interface Added {
  /** As it is afterwards. */
  readonly dataset: Dataset;
  readonly created: boolean;
  readonly inserted: number;
  /** Rows that were merged into ones with the same inputs. */
  readonly merged: number;
}

/** Undefined when there is none. Rejects as `getDataset` for any other reason. */
export async function findDataset(
  store: DatasetStore,
  nameOrId: string,
  options: CallOptions,
): Promise<Dataset | undefined> {
  try {
    return await store.getDataset(nameOrId, options);
  } catch (error) {
    const isAbsent = error instanceof RegistryError && error.kind === "not_found";
    if (!isAbsent || /^d-[0-9a-f]{32}$/.test(nameOrId)) throw error;
    return undefined;
  }
}

/**
 * Adds rows to a dataset, which is made when there is none. All rows are checked before the first is
 * stored; they are stored in batches.
 * @throws RegistryError `invalid` for a row, or for more rows than a dataset has; `conflict` when the dataset is
 *   for another prompt. When a batch fails,
 *   the message says how many rows are stored; the same call again stores none twice.
 */
export async function addRows(
  store: DatasetStore,
  { dataset: name, existing, prompt, rows, nameOf }: Addition,
  options: CallOptions,
): Promise<Added> {
  if (existing === undefined) checkName(name);
  const batches = batchesOf(rows, nameOf);
  await refuseTooMany(store, name, existing, rows, options);
  options.onWrite?.();
  let dataset = await openDataset(store, { dataset: name, existing, prompt }, options);
  let [inserted, merged] = [0, 0];
  for (const batch of batches) {
    try {
      const added = await store.addRows(dataset, batch, options);
      dataset = added.dataset;
      inserted += added.inserted;
      merged += added.updated;
    } catch (error) {
      throw describeStop(error, name, inserted + merged, rows.length);
    }
  }
  return { dataset, created: existing === undefined, inserted, merged };
}

/** The dataset, made or tied to its prompt where it is not yet. */
async function openDataset(
  store: DatasetStore,
  { dataset: name, existing, prompt }: Pick<Addition, "dataset" | "existing" | "prompt">,
  options: CallOptions,
): Promise<Dataset> {
  if (existing === undefined) {
    return store.createDataset(name, prompt === undefined ? {} : { prompt }, options);
  }
  if (prompt === undefined || prompt === existing.prompt) return existing;
  return store.tieDataset(existing, prompt, options);
}

/** The length of MLflow's column (3.8 to 3.17). */
const maxNameLength = 255;

function checkName(name: string): void {
  const isPlain = name.trim() === name && !/[\p{Cc}\p{Cs}]/u.test(name);
  if (isPlain && name.length <= maxNameLength) return;
  throw new RegistryError(
    "invalid",
    `Nothing was added: ${quote(name)} cannot be the name of a new dataset. A name has at most ${maxNameLength} characters, no control characters, and no spaces around it.`,
  );
}

/** Reads the rows that there are only where the new ones may be too many. */
async function refuseTooMany(
  store: DatasetStore,
  name: string,
  existing: Dataset | undefined,
  rows: readonly DatasetRow[],
  options: CallOptions,
): Promise<void> {
  const before = existing?.rowCount ?? 0;
  if (before + rows.length <= maxDatasetRows) return;
  const known = existing ? await store.readRows(existing, maxDatasetRows, options) : [];
  const keys = new Set(known.map(inputsKey));
  const added = new Set(rows.map(inputsKey).filter((key) => !keys.has(key))).size;
  if (before + added <= maxDatasetRows) return;
  const [most, has, more] = [maxDatasetRows, before, added].map((one) =>
    one.toLocaleString("en-US"),
  );
  throw new RegistryError(
    "invalid",
    `Nothing was added: a dataset has at most ${most} rows; ${quote(name)} has ${has}, and ${more} new ones were given. Add fewer, or add them to another dataset.`,
  );
}

function describeStop(error: unknown, name: string, stored: number, all: number): unknown {
  if (!(error instanceof RegistryError) || stored === 0) return error;
  const { kind, message, subject, retryAfterSeconds } = error;
  return new RegistryError(
    kind,
    `${stored} of ${all} rows are stored in ${quote(name)}, the next ones are not: ${message} Add the same rows again: those that are stored are merged, and none is stored twice.`,
    subject,
    { cause: error, mayHaveChanged: true, retryAfterSeconds },
  );
}
