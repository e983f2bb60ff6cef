import { isDeepStrictEqual } from "node:util";
import type { FoundPrompts } from "../search/prompt-search.ts";
import type { Prompt } from "../types.ts";
import { areListedDifferently } from "../versions/prompt-tags.ts";
import type { Change } from "./change-hub.ts";

/** The changes between two results for the same prompt. */
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
  if (areListedDifferently(before, after)) {
    return [...changes, { prompt, listed: false, described: true }];
  }
  return changes.length > 0 || isDeepStrictEqual(before, after)
    ? changes
    : [{ prompt, listed: false }];
}

/**
 * The changes between two results for the same page of prompts. A prompt that moved to another page
 * counts as created or deleted.
 */
export function comparePages(before: FoundPrompts, after: FoundPrompts): Change[] {
  const removed = new Map(before.items.map((prompt) => [prompt.name, prompt]));
  const changes = after.items.flatMap((prompt) => {
    const previous = removed.get(prompt.name);
    removed.delete(prompt.name);
    if (previous === prompt) return [];
    return previous === undefined
      ? [{ prompt: prompt.name, listed: true }]
      : comparePrompts(previous, prompt);
  });
  return [...changes, ...[...removed.keys()].map((prompt) => ({ prompt, listed: true }))];
}

/** Returns the previous object if it is equal, so that values derived from it stay valid. */
export function reuseIfEqual<T extends object>(before: T | undefined, after: T): T {
  return before !== undefined && isDeepStrictEqual(before, after) ? before : after;
}

/** Reuses every equal prompt of the previous page, and the page itself if all are equal. */
export function reuseEqualPrompts(
  before: FoundPrompts | undefined,
  after: FoundPrompts,
): FoundPrompts {
  if (before === undefined) return after;
  const previous = new Map(before.items.map((prompt) => [prompt.name, prompt]));
  const items = after.items.map((prompt) => reuseIfEqual(previous.get(prompt.name), prompt));
  const page = { ...after, items };
  return isDeepStrictEqual(before, page) ? before : page;
}
