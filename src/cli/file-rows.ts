import { readFileSync, statSync } from "node:fs";
import { ConfigError } from "../config/errors.ts";
import type { RowName } from "../evaluation/datasets/row-limits.ts";
import { listFirst, RegistryError } from "../registry/errors.ts";
import type { DatasetRow } from "../registry/evaluation/datasets.ts";
import { parseJson } from "../registry/json.ts";
import { describeIssue, describeIssues } from "../tools/input/argument-problems.ts";
import { datasetRow } from "../tools/input/dataset-fields.ts";
import { readCsv } from "./csv-rows.ts";
import type { FileValue } from "./file-value.ts";

/** In bytes: it is read into memory as a whole. */
const maxFileSize = 200_000_000;

/** More wrong rows are counted, and not described. */
const maxDescribed = 10;

export interface FileRows {
  readonly rows: readonly DatasetRow[];
  readonly nameOf: RowName;
}

/**
 * Reads rows `{inputs, expectations?, tags?}` from a JSON list, from JSON Lines, which may have empty
 * lines, or from a file whose name ends with `.csv`.
 * @throws ConfigError when the file cannot be read
 * @throws RegistryError `invalid` that names each line, or row of a list, that is wrong
 */
export function readRows(path: string): FileRows {
  return parseRows(path, readText(path));
}

/** As `readRows`, for the text of a file. */
export function parseRows(path: string, text: string): FileRows {
  const values = readValues(path, text);
  if (values.length === 0) throw new RegistryError("invalid", `${path} has no rows. ${forms}`);
  const rows: DatasetRow[] = [];
  const problems: string[] = [];
  for (const { name, value, problem } of values) {
    const read = datasetRow.safeParse(value, { error: describeIssue });
    if (problem === undefined && read.success) rows.push(read.data);
    else problems.push(`${name}: ${problem ?? (read.error && describeIssues(read.error))}`);
  }
  if (problems.length === 0) {
    return { rows, nameOf: (index) => values[index]?.name ?? `row ${index + 1}` };
  }
  throw new RegistryError(
    "invalid",
    `Nothing was added, because rows of ${path} are wrong. ${listFirst(problems, "; ", maxDescribed)}. ${forms}`,
  );
}

const forms =
  'A file is a JSON list or JSON Lines of {"inputs": {...}, "expectations": {...}, "tags": {...}}, of which only inputs is required; or a .csv whose first line names the variables, and expected_response or expectations.NAME.';

function readValues(path: string, text: string): readonly FileValue[] {
  if (path.toLowerCase().endsWith(".csv")) return readCsv(path, text);
  return text.trimStart().startsWith("[") ? readList(path, text) : readLines(text);
}

function readLines(text: string): readonly FileValue[] {
  return text.split(/\r?\n/).flatMap((line, index): readonly FileValue[] => {
    if (line.trim() === "") return [];
    const name = `line ${index + 1}`;
    try {
      return [{ name, value: parseJson(line) }];
    } catch (error) {
      return [{ name, problem: `is not JSON (${reasonOf(error)})` }];
    }
  });
}

function readList(path: string, text: string): readonly FileValue[] {
  try {
    const list = parseJson(text);
    return (Array.isArray(list) ? list : []).map((value, index) => ({
      name: `row ${index + 1}`,
      value,
    }));
  } catch (error) {
    throw new RegistryError(
      "invalid",
      `Nothing was added: ${path} is not JSON (${reasonOf(error)}). ${forms}`,
    );
  }
}

function readText(path: string): string {
  try {
    const { size } = statSync(path);
    if (size > maxFileSize)
      throw new Error(`it has ${size} bytes, and at most ${maxFileSize} are read`);
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    throw new ConfigError(`The file ${path} cannot be read: ${reasonOf(error)}.`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
