import { isJsonObject, type JsonObject, type JsonValue } from "../registry/json.ts";

/**
 * The value at a path; undefined where there is none. An item of a list is found by its `name`, as
 * Continue lists servers.
 */
export function valueAt(root: JsonValue, path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((value, key) => memberOf(value, key), root);
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return value !== undefined && isJsonObject(value);
}

/** The index of the item with the name; -1 where there is none. */
export function indexOfNamed(list: readonly JsonValue[], name: string): number {
  return list.findIndex((item) => isObject(item) && item.name === name);
}

function memberOf(value: JsonValue | undefined, key: string): JsonValue | undefined {
  if (Array.isArray(value)) return value[indexOfNamed(value, key)];
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
