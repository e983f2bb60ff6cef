import * as z from "zod";
import { median } from "./statistics.ts";

const comparison = z.object({
  /** What the value is compared with, in words. */
  against: z.string(),
  base: z.number(),
  /**
   * How many times worse than the base, the median over the rounds: 2 is twice the time or half the
   * throughput. Absent where it would say more about the machine than about the program.
   */
  ratio: z.number().optional(),
  /** The smallest and the largest ratio of a round. */
  spread: z.tuple([z.number(), z.number()]).optional(),
});

/** A line of the table: one thing that was measured, beside one other. */
export const row = z.object({
  /** The same in every run, so that runs can be compared. */
  id: z.string(),
  measured: z.string(),
  unit: z.enum(["ms", "calls/s", "MiB", "KiB", "requests", "failures"]),
  value: z.number(),
  comparison: comparison.optional(),
});

export type Row = z.infer<typeof row>;

interface Measured {
  readonly id: string;
  readonly measured: string;
  readonly unit: Row["unit"];
  /** One of each round. */
  readonly values: readonly number[];
  readonly against: string;
  /** The values of the other side in the same rounds. */
  readonly bases: readonly number[];
}

/** A value with its ratio, which `--compare` watches. */
export function compared({ values, bases, against, ...rest }: Measured): Row {
  const ratios = values.map((value, round) => worse(rest.unit, value, bases[round]));
  return {
    ...rest,
    value: median(values),
    comparison: {
      against,
      base: median(bases),
      ratio: median(ratios),
      spread: [Math.min(...ratios), Math.max(...ratios)],
    },
  };
}

/** A value beside another without a ratio, because it is too unsteady to compare. */
export function beside({ values, bases, against, ...rest }: Measured): Row {
  return { ...rest, value: median(values), comparison: { against, base: median(bases) } };
}

function worse(unit: Row["unit"], value: number, base: number | undefined): number {
  if (base === undefined) throw new Error("There is a value for every round but not a base.");
  return unit === "calls/s" ? base / value : value / base;
}
