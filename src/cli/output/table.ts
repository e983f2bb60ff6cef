import { toOneLine } from "../../registry/text/one-line.ts";
import type { Paint } from "./color.ts";
import { cutTo, textWidth } from "./text-width.ts";

export interface Table {
  readonly head: readonly string[];
  /** Each as long as the head. */
  readonly rows: readonly (readonly string[])[];
}

const gap = "  ";

/**
 * The lines of a table. On a terminal its columns are aligned and the last one is cut to what fits;
 * for a program it is lines of fields separated by tabs, without a head. No cell starts a new line.
 * @param width columns of the terminal; absent for a program
 */
export function formatTable({ head, rows }: Table, paint: Paint, width?: number): string {
  const plain = rows.map((cells) => cells.map(toOneLine));
  if (width === undefined) return plain.map((cells) => `${cells.join("\t")}\n`).join("");
  const widths = head.map((title, index) =>
    Math.max(textWidth(title), ...plain.map((cells) => textWidth(cells[index] ?? ""))),
  );
  const align = (cells: readonly string[]) => cutTo(alignCells(cells, widths), width);
  const lines = [paint("bold", align(head.map((title) => title.toUpperCase())))];
  return [...lines, ...plain.map(align)].map((text) => `${text.trimEnd()}\n`).join("");
}

function alignCells(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, index) => cell + " ".repeat(Math.max(0, (widths[index] ?? 0) - textWidth(cell))))
    .join(gap);
}
