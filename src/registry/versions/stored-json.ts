import { isDeepStrictEqual } from "node:util";
import { type JsonValue, jsonOrUndefined, storedJson } from "../json.ts";
import { isShallow } from "../text/value-size.ts";

/** Text that is not JSON is returned as a string. */
export function jsonOrText(text: string): JsonValue {
  const value = parsedJson(text);
  return value === undefined ? text : value;
}

/**
 * Undefined for a text that is not JSON, or is nested deeper than callers may write: one version that
 * another program stored must not overflow the stack of everything that walks through its messages.
 */
export function parsedJson(text: string): JsonValue | undefined {
  const value = jsonOrUndefined(text);
  return value !== undefined && isShallow(value) ? value : undefined;
}

/** The stored text of a value, where this program spells the value otherwise. */
export function otherSpelling<Name extends string>(
  name: Name,
  text: string | undefined,
  value: unknown,
): { readonly [key in Name]?: string } {
  if (text === undefined || text === storedJson(value)) return {};
  const spelling: { [key in Name]?: string } = {};
  spelling[name] = text;
  return spelling;
}

/**
 * The text to store a value with.
 * @param stored how the value that it was made from is stored; used while it is the same value
 * @param decode reads a stored text
 */
export function encodeJson<Value>(
  value: Value,
  stored: string | undefined,
  decode: (text: string) => unknown,
): string {
  const isStored = stored !== undefined && isDeepStrictEqual(decode(stored), value);
  return isStored ? stored : storedJson(value);
}
