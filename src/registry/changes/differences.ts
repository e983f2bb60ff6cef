import { isDeepStrictEqual } from "node:util";
import type { FoundPrompts } from "../prompt-registry.ts";
import type { Prompt } from "../types.ts";
import type { Change } from "./change-hub.ts";

/** What somebody else has changed of a prompt between two looks at it. */
export function comparePrompts(before: Prompt, after: Prompt): Change[] {
  const { name: prompt } = after;
  const aliases = new Set([...Object.keys(before.aliases), ...Object.keys(after.aliases)]);
  const moved = [...aliases].filter((alias) => before.aliases[alias] !== after.aliases[alias]);
  const latest = after.latest?.version;
  const changes: Change[] = moved.map((alias) => {
    const version = after.aliases[alias];
    return { prompt, alias, ...(version === undefined ? {} : { version }), listed: false };
  });
  if (latest !== undefined && latest !== before.latest?.version) {
    changes.push({ prompt, version: latest, listed: false });
  }
  return changes.length > 0 || isDeepStrictEqual(before, after)
    ? changes
    : [{ prompt, listed: false }];
}

/** The same for a page of prompts. One that moved to another page counts as come or gone. */
export function comparePages(before: FoundPrompts, after: FoundPrompts): Change[] {
  const known = new Map(before.items.map((prompt) => [prompt.name, prompt]));
  const changes = after.items.flatMap((prompt) => {
    const one = known.get(prompt.name);
    known.delete(prompt.name);
    if (one === prompt) return [];
    return one === undefined
      ? [{ prompt: prompt.name, listed: true }]
      : comparePrompts(one, prompt);
  });
  return [...changes, ...[...known.keys()].map((prompt) => ({ prompt, listed: true }))];
}

/** The object that was there before, if it says the same: what is made of it need not be made again. */
export function reuseIfEqual<T extends object>(before: T | undefined, after: T): T {
  return before !== undefined && isDeepStrictEqual(before, after) ? before : after;
}

/** A page whose prompts are those that were there before, as far as they say the same. */
export function reuseEqualPrompts(
  before: FoundPrompts | undefined,
  after: FoundPrompts,
): FoundPrompts {
  if (before === undefined) return after;
  const known = new Map(before.items.map((prompt) => [prompt.name, prompt]));
  const items = after.items.map((prompt) => reuseIfEqual(known.get(prompt.name), prompt));
  const isSame =
    items.length === before.items.length &&
    items.every((prompt, index) => prompt === before.items[index]) &&
    before.nextCursor === after.nextCursor &&
    before.cut === after.cut;
  return isSame ? before : { ...after, items };
}
