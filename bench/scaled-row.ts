import { compared, type Row } from "./rows.ts";

interface Scaled {
  readonly id: string;
  readonly measured: string;
  readonly unit: Row["unit"];
  /** One of each round, of the larger. */
  readonly large: readonly number[];
  /** The values of the smaller one in the same rounds. */
  readonly small: readonly number[];
  /** The smaller, in words. */
  readonly than: string;
  /** How many times as much the larger one returns. */
  readonly times: number;
}

/**
 * A large registry beside as much of a small one. The ratio is 1 if the time is linear in what is
 * returned, and below 1 if it grows less.
 */
export function scaled({ large, small, than, times, ...rest }: Scaled): Row {
  return compared({
    ...rest,
    values: large,
    against: times === 1 ? than : `${times} × ${than}`,
    bases: small.map((value) => times * value),
  });
}

/** What is measured of something large and of something small in one round. */
export interface Sample<Measured> {
  readonly small: Measured;
  readonly large: Measured;
}

/** Makes a row of one of the things that are measured in each round. */
export function scaledRows<Measured extends Readonly<Record<keyof Measured, number>>>(
  id: string,
  than: string,
  samples: readonly Sample<Measured>[],
) {
  return (key: keyof Measured & string, measured: string, unit: Row["unit"], times: number): Row =>
    scaled({
      id: `${id}/${key}`,
      measured,
      unit,
      large: samples.map(({ large }) => large[key]),
      small: samples.map(({ small }) => small[key]),
      than,
      times,
    });
}
