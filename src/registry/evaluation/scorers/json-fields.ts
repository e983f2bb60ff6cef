import {
  canonicalValue,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  jsonOrUndefined,
} from "../../json.ts";
import type { CodeScore } from "./code-score.ts";

/**
 * The share of fields that the answer, a JSON object, has as the expected object does. Numbers are
 * compared by value, texts exactly.
 * @param fields absent: all fields of the expected object
 */
export function scoreFields(
  fields: readonly string[] | undefined,
  output: string,
  { expected_response: given }: JsonObject,
): CodeScore {
  const expected = typeof given === "string" ? objectIn(given) : given;
  if (expected === undefined || !isJsonObject(expected)) {
    return { error: "The row has no expectation expected_response that is a JSON object." };
  }
  const wanted = fields ?? Object.keys(expected);
  const lacking = wanted.filter((field) => !Object.hasOwn(expected, field));
  if (lacking.length > 0) return { error: `The expected object has no ${lacking.join(", ")}.` };
  if (wanted.length === 0) return { error: "The expected object has no fields." };
  const answer = objectIn(output);
  if (answer === undefined) return { value: 0, reason: "The answer is not a JSON object." };
  const wrong = wanted.filter((field) => !isSame(answer[field], expected[field]));
  return {
    value: (wanted.length - wrong.length) / wanted.length,
    ...(wrong.length === 0 ? {} : { reason: `Different: ${wrong.join(", ")}` }),
  };
}

function objectIn(text: string): JsonObject | undefined {
  const value = jsonOrUndefined(text);
  return value !== undefined && isJsonObject(value) ? value : undefined;
}

function isSame(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  return canonicalValue(one) === canonicalValue(other);
}
