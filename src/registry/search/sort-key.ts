import * as z from "zod";

/** Where a prompt stands in an order: the lower rank first, among equals the lower name. */
export const sortKey = z.strictObject({ rank: z.number(), name: z.string() });
export type SortKey = Readonly<z.infer<typeof sortKey>>;

/** @param compareNames by code points unless told, as SQLite does */
export function compareKeys(
  one: SortKey,
  other: SortKey,
  compareNames: (one: string, other: string) => number = compareCodePoints,
): number {
  return one.rank - other.rank || compareNames(one.name, other.name);
}

/** UTF-8 keeps the order of code points; JavaScript's own is that of UTF-16 units. */
export function compareCodePoints(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
