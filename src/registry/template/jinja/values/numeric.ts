import type { Numeric } from "../python/numbers.ts";
import type { Value } from "./values.ts";

/** Returns a value as a number for arithmetic. As in Python, True is 1. */
export function asNumeric(value: Value): Numeric | undefined {
  return typeof value === "number" ? value : asIndex(value);
}

/** Returns a value where Python takes only a whole number. As in Python, True is 1. */
export function asIndex(value: Value): bigint | undefined {
  if (typeof value === "boolean") return BigInt(value);
  return typeof value === "bigint" ? value : undefined;
}
