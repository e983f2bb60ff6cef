import { isJsonObject, spellJson } from "./exact-json.ts";

/** A value that changed, as JSON. Absent: it has none on that side. */
export interface ChangedValue {
  /** `temperature`, or the path to it: `properties.answer.type`. "" is the whole. */
  readonly key: string;
  readonly before?: string;
  readonly after?: string;
}

/** Below this depth, an object is one value. */
const maxDepth = 8;

/** The values of two JSON objects that differ, key by key. Anything else than an object is one value. */
export function changedValues(before: unknown, after: unknown): readonly ChangedValue[] {
  const old = new Map(leavesOf(before, [], maxDepth));
  const now = new Map(leavesOf(after, [], maxDepth));
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key) => {
    const [left, right] = [old.get(key), now.get(key)];
    if (left === right) return [];
    return [
      {
        key,
        ...(left === undefined ? {} : { before: left }),
        ...(right === undefined ? {} : { after: right }),
      },
    ];
  });
}

function leavesOf(value: unknown, path: readonly string[], depth: number): [string, string][] {
  if (value === undefined) return [];
  const entries = isJsonObject(value) && depth > 0 ? Object.entries(value) : [];
  if (entries.length === 0) return [[path.join("."), spellJson(value)]];
  return entries.flatMap(([key, inner]) => leavesOf(inner, [...path, key], depth - 1));
}
