import { compared, type Row } from "./rows.ts";

interface Scaled {
  readonly id: string;
  readonly measured: string;
  readonly unit: Row["unit"];
  /** One of each round, of the larger. */
  readonly large: readonly number[];
  /** What the same rounds gave for the smaller. */
  readonly small: readonly number[];
  /** The smaller, in words. */
  readonly than: string;
  /** How many times as much the larger gives back. */
  readonly times: number;
}

/**
 * Something large beside as much of something small: the ratio is 1 where the time is linear in what
 * is given back, and below 1 where it grows less.
 */
export function scaled({ large, small, than, times, ...rest }: Scaled): Row {
  return compared({
    ...rest,
    values: large,
    against: times === 1 ? than : `${times} × ${than}`,
    bases: small.map((value) => times * value),
  });
}
