import { RegistryError } from "../registry/errors.ts";
import type { FileValue } from "./file-value.ts";

/** What a column without a prefix is of a row, unless it is a variable. */
const expectedColumns: ReadonlySet<string> = new Set(["expected_response"]);

type Part = "inputs" | "expectations" | "tags";

/** A column: a part of a row, and the key in it. */
interface Column {
  readonly part: Part;
  readonly key: string;
}

/**
 * Rows of a CSV file (RFC 4180) whose first line names the columns: variables, `expected_response`, and
 * `inputs.`, `expectations.` or `tags.` with a name. Every value is a text. An empty cell is an empty
 * text of a variable, and no expectation and no tag.
 * @throws RegistryError `invalid` for a header or quotation marks that cannot be read
 */
export function readCsv(path: string, text: string): readonly FileValue[] {
  const [header, ...records] = recordsOf(path, text);
  if (header === undefined) return [];
  const columns = header.cells.map(columnOf);
  const wrong = problemOf(columns);
  if (wrong !== undefined) throw refused(path, `its first line ${wrong}`);
  return records.map(({ line, cells }) => {
    const name = `line ${line}`;
    return cells.length === columns.length
      ? { name, value: rowOf(columns, cells) }
      : { name, problem: `has ${cells.length} cells, and the first line has ${columns.length}` };
  });
}

function columnOf(cell: string): Column {
  const name = cell.trim();
  for (const part of ["inputs", "expectations", "tags"] as const) {
    if (name.startsWith(`${part}.`)) return { part, key: name.slice(part.length + 1) };
  }
  return { part: expectedColumns.has(name) ? "expectations" : "inputs", key: name };
}

function problemOf(columns: readonly Column[]): string | undefined {
  const unnamed = columns.findIndex(({ key }) => key === "");
  if (unnamed >= 0) return `has no name for column ${unnamed + 1}`;
  const names = columns.map(({ part, key }) => `${part}.${key}`);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  return twice === undefined ? undefined : `names ${twice} twice`;
}

function rowOf(columns: readonly Column[], cells: readonly string[]) {
  const of = (wanted: Part) =>
    columns.flatMap(({ part, key }, index): readonly (readonly [string, string])[] => {
      const cell = cells[index] ?? "";
      return part === wanted && (cell !== "" || part === "inputs") ? [[key, cell]] : [];
    });
  const tags = of("tags");
  return {
    inputs: Object.fromEntries(of("inputs")),
    expectations: Object.fromEntries(of("expectations")),
    ...(tags.length === 0 ? {} : { tags: Object.fromEntries(tags) }),
  };
}

interface CsvRecord {
  /** Where it begins: a cell in quotation marks may have several lines. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Empty lines are left out. */
function recordsOf(path: string, text: string): readonly CsvRecord[] {
  const separator = separatorOf(text);
  const records: CsvRecord[] = [];
  let line = 1;
  for (let at = 0; at < text.length; ) {
    const record = recordAt(text, at, separator);
    if (record === undefined) {
      throw refused(path, `the quotation marks of line ${line} do not match`);
    }
    const { cells, end } = record;
    if (cells.length > 1 || cells[0] !== "") records.push({ line, cells });
    line += text.slice(at, end).split("\n").length - 1;
    at = end;
  }
  return records;
}

/** Undefined where quotation marks do not match. */
function recordAt(
  text: string,
  from: number,
  separator: string,
): { readonly cells: readonly string[]; readonly end: number } | undefined {
  const cells: string[] = [];
  for (let at = from; ; ) {
    const cell = text[at] === '"' ? quoted(text, at) : plain(text, at, separator);
    if (cell === undefined) return undefined;
    cells.push(cell.value);
    const next = text[cell.end];
    at = cell.end + 1;
    if (next === "\n" || next === undefined) return { cells, end: at };
    if (next !== separator) return undefined;
  }
}

/** Spreadsheets write semicolons where a comma is the decimal mark. */
function separatorOf(text: string): "," | ";" {
  const [first = ""] = text.split("\n", 1);
  return first.split(";").length > first.split(",").length ? ";" : ",";
}

interface Cell {
  readonly value: string;
  /** The place of what follows it: a separator, a line feed, or nothing. */
  readonly end: number;
}

function plain(text: string, from: number, separator: string): Cell {
  let end = from;
  while (end < text.length && text[end] !== separator && text[end] !== "\n") end += 1;
  return { value: text.slice(from, end).replace(/\r$/, ""), end };
}

/** Undefined when it is not closed. */
function quoted(text: string, from: number): Cell | undefined {
  let end = text.indexOf('"', from + 1);
  while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
  if (end < 0) return undefined;
  const value = text.slice(from + 1, end).replaceAll('""', '"');
  return { value, end: text.startsWith("\r\n", end + 1) ? end + 2 : end + 1 };
}

function refused(path: string, problem: string): RegistryError {
  return new RegistryError("invalid", `Nothing was added: ${path} is no CSV: ${problem}.`);
}
