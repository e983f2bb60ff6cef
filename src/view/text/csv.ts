/** A cell: numbers stay numbers, and everything else is text. */
export type Cell = string | number | boolean | undefined;

/**
 * A CSV file (RFC 4180) with a byte order mark, without which spreadsheets take UTF-8 for another
 * encoding. Text that a spreadsheet would take for a formula begins with an apostrophe.
 */
export function csvOf(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return `\uFEFF${[header, ...rows].map((row) => row.map(cellText).join(",")).join("\r\n")}\r\n`;
}

function cellText(cell: Cell): string {
  if (cell === undefined) return "";
  if (typeof cell === "number") return String(cell);
  const text = withoutFormula(String(cell));
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function withoutFormula(text: string): string {
  // Some spreadsheets skip what is white or controls before they look for a formula.
  const first = text.trimStart().charAt(0);
  const isFormula = "=+-@".includes(first) && first !== "";
  return isFormula || /^[\t\r\n]/.test(text) ? `'${text}` : text;
}
