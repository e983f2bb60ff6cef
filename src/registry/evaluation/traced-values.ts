import { isJsonObject, type JsonObject, type JsonValue, stringifyJson } from "../json.ts";

/** The inputs of a root span. An application may trace inputs that have no names. */
export function tracedInputs(value: JsonValue): JsonObject {
  if (value === null) return {};
  return isJsonObject(value) ? value : { input: value };
}

/** The text of a root span's outputs; undefined where there are none. */
export function tracedOutput(value: JsonValue): string | undefined {
  if (value === null) return undefined;
  return typeof value === "string" ? value : stringifyJson(value);
}
