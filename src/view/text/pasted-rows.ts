import { isJsonObject, parseExact } from "./exact-json.ts";

/** A row as `evaluate_prompt` takes it. */
export interface PastedRow {
  readonly inputs: Record<string, unknown>;
  readonly expectations?: Record<string, unknown>;
}

export type Pasted =
  | { readonly rows: readonly PastedRow[] }
  | { readonly problem: "empty" | "json" | "objects" | "header" | "many" };

/** The server takes no more (`evaluationLimits.rows`). */
const mostRows = 1_000;

/**
 * Rows that a person pasted: a JSON list, or a table with the names of the variables in its first line,
 * as spreadsheets copy it (tabs) or export it (commas, semicolons). A column `expected` is the expected
 * answer.
 */
export function readPastedRows(text: string): Pasted {
  const trimmed = text.trim();
  if (trimmed === "") return { problem: "empty" };
  const read = /^[[{]/.test(trimmed) ? readJson(trimmed) : readTable(trimmed);
  return "rows" in read && read.rows.length > mostRows ? { problem: "many" } : read;
}

function readJson(text: string): Pasted {
  let value: unknown;
  try {
    value = parseExact(text);
  } catch {
    return { problem: "json" };
  }
  const all: unknown[] = Array.isArray(value) ? value : [value];
  if (all.length === 0) return { problem: "empty" };
  const objects = all.flatMap((one) => (isJsonObject(one) ? [one] : []));
  if (objects.length < all.length) return { problem: "objects" };
  return { rows: objects.map(rowOfObject) };
}

function rowOfObject(object: Record<string, unknown>): PastedRow {
  const { inputs, expectations } = object;
  if (!isJsonObject(inputs)) return rowOfColumns(object);
  return { inputs, ...(isJsonObject(expectations) ? { expectations } : {}) };
}

function rowOfColumns({ expected, ...columns }: Record<string, unknown>): PastedRow {
  const expectations: Record<string, unknown> = {};
  const inputs: Record<string, unknown> = {};
  if (expected !== undefined && expected !== "") expectations.expected_response = expected;
  for (const [name, value] of Object.entries(columns)) {
    (name.startsWith("expected_") ? expectations : inputs)[name] = value;
  }
  return { inputs, ...(Object.keys(expectations).length > 0 ? { expectations } : {}) };
}

function readTable(text: string): Pasted {
  const [firstLine = ""] = text.split(/\r?\n/, 1);
  const separator = ["\t", ";", ","].find((one) => firstLine.includes(one)) ?? "\t";
  const [header = [], ...lines] = readLines(text, separator);
  const names = header.map((name) => name.trim());
  if (names.some((name) => name === "") || new Set(names).size < names.length) {
    return { problem: "header" };
  }
  if (lines.length === 0) return { problem: "empty" };
  return {
    rows: lines.map((cells) =>
      rowOfColumns(Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ""]))),
    ),
  };
}

/** Cells by line (RFC 4180, with any separator). Empty lines are left out. */
function readLines(text: string, separator: string): string[][] {
  const lines: string[][] = [];
  let line: string[] = [];
  let cell = "";
  let isQuoted = false;
  const endCell = () => {
    line.push(cell);
    cell = "";
  };
  const endLine = () => {
    endCell();
    if (line.some((one) => one !== "")) lines.push(line);
    line = [];
  };
  // A line ends in "\n" alone, and `""` in quotes is one quote.
  const characters = text.replaceAll("\r\n", "\n");
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters.charAt(at);
    if (isQuoted && character === '"' && characters.charAt(at + 1) === '"') {
      cell += '"';
      at += 1;
    } else if (character === '"' && (isQuoted || cell === "")) isQuoted = !isQuoted;
    else if (isQuoted) cell += character;
    else if (character === separator) endCell();
    else if (character === "\n") endLine();
    else cell += character;
  }
  endLine();
  return lines;
}
