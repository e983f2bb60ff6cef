import { LosslessNumber } from "lossless-json";
import { isJsonObject, type JsonValue, pythonJson } from "../json.ts";
import { floatText } from "../template/jinja/python/float-text.ts";

/**
 * The text that MLflow identifies a row of a dataset by (3.8 to 3.17): its inputs by Python's
 * `json.dumps(inputs, sort_keys=True)`, after Python has read them from JSON. So 1e3 is 1000.0, and is not
 * 1000.
 */
export function inputsText(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(inputsText).join(", ")}]`;
  if (typeof value === "number") return numberText(String(value));
  if (value instanceof LosslessNumber) return numberText(value.value);
  if (!isJsonObject(value)) return pythonJson(value);
  // Not by way of a sorted object: that would put names like "10" first, in the order of numbers.
  const members = Object.entries(value).map(([name, member]) => ({
    name,
    points: pointsOf(name),
    member,
  }));
  members.sort((one, other) => compare(one.points, other.points));
  const texts = members.map(({ name, member }) => `${pythonJson(name)}: ${inputsText(member)}`);
  return `{${texts.join(", ")}}`;
}

/** Python takes a number with a point or an exponent for a float, and others for ints. */
function numberText(spelling: string): string {
  if (spelling === "-0") return "0";
  if (!/[.e]/i.test(spelling)) return spelling;
  const value = Number(spelling);
  if (Number.isFinite(value)) return floatText(value);
  return value > 0 ? "Infinity" : "-Infinity";
}

/** Python compares texts by code points, also those that have half a surrogate pair. */
function pointsOf(text: string): readonly number[] {
  return Array.from(text, (character) => character.codePointAt(0) ?? 0);
}

function compare(one: readonly number[], other: readonly number[]): number {
  const index = one.findIndex((point, at) => point !== other[at]);
  if (index === -1) return one.length - other.length;
  return (one[index] ?? 0) - (other[index] ?? -1);
}
