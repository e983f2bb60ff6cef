import { randomBytes } from "node:crypto";
import { type JsonObject, stringifyJson } from "../registry/json.ts";

/**
 * A message of untrusted data for a model: one JSON object on one line, between two lines with a token
 * that nobody who wrote the data can know.
 */
export function dataMessage(data: JsonObject): string {
  const token = randomBytes(16).toString("hex");
  return `BEGIN DATA ${token}\n${onOneLine(data)}\nEND DATA ${token}`;
}

/** JSON leaves some characters as they are that show as line ends: they must not end the data's line. */
function onOneLine(data: JsonObject): string {
  return stringifyJson(data).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
