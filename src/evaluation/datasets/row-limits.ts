import { RegistryError } from "../../registry/errors.ts";
import type { DatasetRow } from "../../registry/evaluation/datasets.ts";
import { inputsText } from "../../registry/evaluation/inputs-text.ts";
import { stringifyJson } from "../../registry/json.ts";
import { isShallow, maxDepth } from "../../registry/text/value-size.ts";

/** Limits of what is added to a dataset. Characters are UTF-16 units of JSON. */
export const rowLimits = {
  /** Of one tool call, and of one request to the registry. */
  rows: 1_000,
  rowCharacters: 100_000,
  /** All rows of one tool call, and of one request to the registry. */
  callCharacters: 4_000_000,
} as const;

/** The name of a row in messages, by its place in the list, from 0: "row 3", "line 12". */
export type RowName = (index: number) => string;

/**
 * Splits rows into what one request takes.
 * @throws RegistryError `invalid` for a row that is too large, which the message names
 */
export function batchesOf(
  rows: readonly DatasetRow[],
  nameOf: RowName,
): readonly (readonly DatasetRow[])[] {
  const batches: DatasetRow[][] = [];
  let characters = 0;
  for (const [index, row] of rows.entries()) {
    const size = sizeOf(row, nameOf(index));
    const batch = batches.at(-1);
    const fits = batch && batch.length < rowLimits.rows;
    if (fits && characters + size <= rowLimits.callCharacters) {
      batch.push(row);
      characters += size;
    } else {
      batches.push([row]);
      characters = size;
    }
  }
  return batches;
}

/** What identifies a row in a dataset: its inputs, in any order of keys. */
export function inputsKey({ inputs }: Pick<DatasetRow, "inputs">): string {
  return inputsText(inputs);
}

function sizeOf(row: DatasetRow, name: string): number {
  if (!isShallow(row)) {
    throw new RegistryError(
      "invalid",
      `Nothing was added: ${name} has more than ${maxDepth} nested levels of lists and objects.`,
    );
  }
  const size = stringifyJson(row).length;
  if (size <= rowLimits.rowCharacters) return size;
  const [has, most] = [size, rowLimits.rowCharacters].map((one) => one.toLocaleString("en-US"));
  throw new RegistryError(
    "invalid",
    `Nothing was added: ${name} has ${has} characters as JSON; a row has at most ${most}. Shorten it.`,
  );
}
