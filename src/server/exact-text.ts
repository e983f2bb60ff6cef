import { LosslessNumber } from "lossless-json";
import { stringifyJson } from "../registry/json.ts";

/**
 * Structured content as JSON text, with every number as it is spelled. Undefined where
 * `withPlainNumbers` leaves all of them as they are.
 */
export function exactText(structured: object): string | undefined {
  return hasSpelledNumber(structured) ? stringifyJson(structured) : undefined;
}

function hasSpelledNumber(value: unknown): boolean {
  if (value instanceof LosslessNumber) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasSpelledNumber);
}
