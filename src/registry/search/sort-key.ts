import * as z from "zod";

/** The position of a prompt in an order: by ascending rank, then by ascending name. */
export const sortKey = z.strictObject({ rank: z.number(), name: z.string() });
export type SortKey = Readonly<z.infer<typeof sortKey>>;

/** @param compareNames compares code points by default, as SQLite does */
export function compareKeys(
  one: SortKey,
  other: SortKey,
  compareNames: (one: string, other: string) => number = compareCodePoints,
): number {
  return one.rank - other.rank || compareNames(one.name, other.name);
}

/** UTF-8 bytes sort like code points. JavaScript strings sort by UTF-16 units. */
export function compareCodePoints(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
