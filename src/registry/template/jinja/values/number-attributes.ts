import type { Numeric } from "../python/numbers.ts";
import { BoundArguments } from "./arguments.ts";
import { type CallArguments, tupleOf, type Value } from "./values.ts";

/** Returns an attribute or a method of an `int` or a `float`; undefined when it has none of the name. */
export function numberAttribute(number: Numeric, name: string): Value {
  const attribute = typeof number === "bigint" ? intAttribute(number, name) : undefined;
  if (attribute !== undefined) return attribute;
  switch (name) {
    case "real":
      return number;
    case "imag":
      return typeof number === "bigint" ? 0n : 0;
    case "conjugate":
      return method(() => number);
    case "is_integer":
      // An int has it since Python 3.12 only.
      return typeof number === "bigint" ? undefined : method(() => Number.isInteger(number));
    default:
      return undefined;
  }
}

function intAttribute(number: bigint, name: string): Value {
  const bits = (number < 0n ? 0n - number : number).toString(2);
  switch (name) {
    case "numerator":
      return number;
    case "denominator":
      return 1n;
    case "bit_length":
      return method(() => BigInt(number === 0n ? 0 : bits.length));
    case "bit_count":
      return method(() => BigInt(bits.replaceAll("0", "").length));
    case "as_integer_ratio":
      return method(() => tupleOf([number, 1n]));
    default:
      return undefined;
  }
}

function method(result: () => Value) {
  return (args: CallArguments) => {
    new BoundArguments(args, []);
    return result();
  };
}
