import type { JsonObject, JsonValue } from "../registry/json.ts";
import { isPlaceholder } from "./connection.ts";
import { indexOfNamed, isObject } from "./value-at.ts";

/** One value to set in a file, or to remove: `value` is undefined. */
export interface Change {
  readonly path: readonly string[];
  readonly value: JsonValue | undefined;
}

/** The keys by which clients name a connection. Those that an entry lacks belong to another one. */
const connectionKeys = [
  ...["type", "source", "command", "cmd", "args", "env", "envs", "environment"],
  ...["url", "uri", "httpUrl", "serverUrl", "headers", "http_headers", "requestOptions"],
];

/**
 * What has to change in an entry so that it is the wanted one. Keys that are no part of a connection,
 * such as `disabled`, stay as a person has set them, and so do secrets where the wanted entry has
 * placeholders.
 * @param path of the entry
 */
export function changesTo(
  existing: JsonValue | undefined,
  wanted: JsonObject,
  path: readonly string[],
): readonly Change[] {
  if (!isObject(existing)) return [{ path, value: wanted }];
  const surplus = connectionKeys.filter(
    (key) => Object.hasOwn(existing, key) && !Object.hasOwn(wanted, key),
  );
  return [
    ...surplus.map((key) => ({ path: [...path, key], value: undefined })),
    ...Object.entries(wanted).flatMap(([key, value]) => changesIn(existing, key, value, path)),
  ];
}

function changesIn(
  existing: JsonObject,
  key: string,
  value: JsonValue,
  path: readonly string[],
): readonly Change[] {
  const place = [...path, key];
  const before = Object.hasOwn(existing, key) ? existing[key] : undefined;
  // What a person has set and the program has no opinion on.
  if (before !== undefined && !connectionKeys.includes(key)) return [];
  if (!isObject(before) || !isObject(value)) {
    return isSame(before, value) ? [] : [{ path: place, value }];
  }
  const removed = Object.keys(before).filter((name) => !Object.hasOwn(value, name));
  return [
    ...removed.map((name) => ({ path: [...place, name], value: undefined })),
    ...Object.entries(value).flatMap(([name, member]) => {
      const old = Object.hasOwn(before, name) ? before[name] : undefined;
      const isKept = isSame(old, member) || (isPlaceholder(member) && old !== undefined);
      return isKept ? [] : [{ path: [...place, name], value: member }];
    }),
  ];
}

function isSame(one: JsonValue | undefined, other: JsonValue): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** A copy of the configuration with the changes. */
export function withChanges(root: JsonObject, changes: readonly Change[]): JsonObject {
  return changes.reduce((changed, { path, value }) => withMember(changed, path, value), root);
}

function withMember(
  object: JsonObject,
  [key = "", ...rest]: readonly string[],
  value: JsonValue | undefined,
): JsonObject {
  const member = Object.hasOwn(object, key) ? object[key] : undefined;
  const changed = rest.length === 0 ? value : withinMember(member, rest, value);
  const others = Object.entries(object).filter(([name]) => name !== key);
  if (changed === undefined) return Object.fromEntries(others);
  if (member === undefined) return Object.fromEntries([...others, [key, changed]]);
  const entries = Object.entries(object);
  return Object.fromEntries(entries.map(([name, old]) => [name, name === key ? changed : old]));
}

function withinMember(
  member: JsonValue | undefined,
  path: readonly string[],
  value: JsonValue | undefined,
): JsonValue {
  if (!Array.isArray(member)) return withMember(isObject(member) ? member : {}, path, value);
  const [name = "", ...rest] = path;
  const index = indexOfNamed(member, name);
  const old = member[index];
  const item = rest.length === 0 ? value : withinMember(old, rest, value);
  if (index === -1) return item === undefined ? member : [...member, item];
  return member.flatMap((one, at) => (at === index ? (item === undefined ? [] : [item]) : [one]));
}
