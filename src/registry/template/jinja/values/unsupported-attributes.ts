import { Dict, DictView, Generator, Range, textOf, type Value } from "./values.ts";

/**
 * Attributes that Python's types have and that are not implemented here. They are refused: a
 * missing value in their place would render as other text, without a word.
 */
const ofText = words("encode format_map maketrans translate");
const ofInt = words("from_bytes is_integer to_bytes");
const ofFloat = words("as_integer_ratio fromhex hex");
const ofDict = words("fromkeys");
const ofView = words("isdisjoint mapping");
const ofGenerator = words("close gi_code gi_frame gi_running gi_suspended gi_yieldfrom send throw");
const ofRange = words("start step stop");
const none: ReadonlySet<string> = new Set();

export function unsupportedAttributes(value: Value): ReadonlySet<string> {
  if (textOf(value) !== undefined) return ofText;
  if (typeof value === "bigint" || typeof value === "boolean") return ofInt;
  if (typeof value === "number") return ofFloat;
  if (value instanceof Dict) return ofDict;
  if (value instanceof DictView) return ofView;
  if (value instanceof Generator) return ofGenerator;
  if (value instanceof Range) return ofRange;
  return none;
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(" "));
}
