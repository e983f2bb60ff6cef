import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  jsonOrUndefined,
} from "../../registry/json.ts";

/** The value of a JSON text; undefined for what is none. Any program may have written it. */
export function jsonOf(text: string | null | undefined): JsonValue | undefined {
  return text === null || text === undefined ? undefined : jsonOrUndefined(text);
}

/** The object of a JSON text; `{}` for what is none. */
export function objectOf(text: string | null | undefined): JsonObject {
  const value = jsonOf(text);
  return value !== undefined && isJsonObject(value) ? value : {};
}
