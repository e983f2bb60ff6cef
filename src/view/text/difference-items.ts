import type { Row, Section } from "./difference.ts";

/** What a difference shows from top to bottom: a row, or a fold in place of unchanged rows. */
export type Item =
  | { readonly kind: "row"; readonly row: Row; readonly changed: boolean }
  | { readonly kind: "fold"; readonly section: number; readonly rows: number };

/** Unchanged rows that stay visible beside a change. */
const context = 3;

/** @param unfolded indexes of sections whose fold is open */
export function itemsOf(
  sections: readonly Section[],
  unfolded: ReadonlySet<number>,
): readonly Item[] {
  return sections.flatMap(({ changed, rows }, index): Item[] => {
    const shown = (some: readonly Row[]) =>
      some.map((row): Item => ({ kind: "row", row, changed }));
    const head = index === 0 ? 0 : context;
    const tail = index === sections.length - 1 ? 0 : context;
    const hidden = rows.length - head - tail;
    // A fold of one row takes as much place as the row.
    if (changed || hidden <= 1 || unfolded.has(index)) return shown(rows);
    return [
      ...shown(rows.slice(0, head)),
      { kind: "fold", section: index, rows: hidden },
      ...shown(rows.slice(rows.length - tail)),
    ];
  });
}

/** The rows as one column: of rows that changed together, first all old lines, then all new ones. */
export function inOneColumn(items: readonly Item[]): readonly Item[] {
  const column: Item[] = [];
  let waiting: Item[] = [];
  for (const item of items) {
    if (item.kind === "row" && item.changed) {
      const { before, after } = item.row;
      if (before) column.push({ kind: "row", row: { before }, changed: true });
      if (after) waiting.push({ kind: "row", row: { after }, changed: true });
      continue;
    }
    column.push(...waiting, item);
    waiting = [];
  }
  return [...column, ...waiting];
}
