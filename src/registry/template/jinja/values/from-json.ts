import { LosslessNumber } from "lossless-json";
import type { JsonValue } from "../../../json.ts";
import type { Budget } from "../../budget.ts";
import { Dict, type Value } from "./values.ts";

/**
 * Converts a JSON value as Python's `json.loads` does: a number without point and exponent is an
 * `int`. The result is a copy, so `append` and `update` do not change the original.
 */
export function fromJson(json: JsonValue, budget: Budget): Value {
  budget.step();
  // JavaScript writes a number from 1e21 with an exponent, as a float.
  if (typeof json === "number") return /^-?\d+$/.test(String(json)) ? BigInt(json) : json;
  if (json instanceof LosslessNumber) {
    return /^-?\d+$/.test(json.value) ? BigInt(json.value) : Number(json.value);
  }
  if (Array.isArray(json)) return json.map((item) => fromJson(item, budget));
  if (typeof json !== "object" || json === null) return json;
  return new Dict(Object.entries(json).map(([key, item]) => [key, fromJson(item, budget)]));
}
