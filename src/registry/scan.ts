import { createHash } from "node:crypto";
import * as z from "zod";
import { RegistryError } from "./errors.ts";
import type { FoundPrompts, PromptSearch } from "./prompt-registry.ts";
import { matchOf } from "./prompt-search.ts";
import type { Prompt } from "./types.ts";

/** At most so many prompts are looked at for one search: ten of MLflow's largest pages. */
export const mostScanned = 10_000;

/** What comes before: a lower number, then a lower name. */
type Key = readonly [number, string];

const position = z.strictObject({
  of: z.string(),
  after: z.tuple([z.number(), z.string()]).readonly(),
});

/** Whether a search wants more than what back ends look for, or another order. */
export function needsScan({ words = [], variable, changedSince, order }: PromptSearch): boolean {
  const ordered = order !== undefined && order !== "name";
  return words.length > 0 || variable !== undefined || changedSince !== undefined || ordered;
}

/**
 * Looks at prompts one by one, as far as `mostScanned`. A page's cursor says after which prompt the
 * next one begins, so whatever comes and goes in between, a prompt that is there all along and does
 * not change its place is shown once.
 * @param pages the prompts that meet the search's other conditions
 * @throws RegistryError `invalid` for a cursor of another search
 */
export async function searchByScanning(
  search: PromptSearch,
  pages: AsyncIterable<readonly Prompt[]>,
): Promise<FoundPrompts> {
  const of = identityOf(search);
  const after = search.cursor === undefined ? undefined : positionIn(search.cursor, of);
  const { prompts, cut } = await gathered(pages);
  const found = prompts
    .flatMap((prompt) => keyed(prompt, search))
    .filter(({ key }) => after === undefined || compare(after, key) < 0)
    .toSorted((one, other) => compare(one.key, other.key));
  const shown = found.slice(0, search.limit);
  const last = shown.at(-1);
  const more = last !== undefined && shown.length < found.length;
  return {
    items: shown.map(({ prompt }) => prompt),
    ...(more ? { nextCursor: encoded({ of, after: last.key }) } : {}),
    ...(cut ? { cut } : {}),
  };
}

/** The order of a search that says none: who looks for words wants the best first. */
export function orderOf({ order, words = [] }: PromptSearch): "name" | "relevance" | "changed" {
  return order ?? (words.length > 0 ? "relevance" : "name");
}

function keyed(prompt: Prompt, search: PromptSearch): { prompt: Prompt; key: Key }[] {
  const match = matchOf(prompt, search);
  if (match === undefined) return [];
  const order = orderOf(search);
  const first = order === "name" ? 0 : order === "relevance" ? match.score : prompt.updatedAt;
  return [{ prompt, key: [first === 0 ? 0 : -first, prompt.name] }];
}

function compare([one, name]: Key, [other, otherName]: Key): number {
  if (one !== other) return one - other;
  return name < otherName ? -1 : Number(name > otherName);
}

/** One that moved from page to page while they were read counts once. */
async function gathered(pages: AsyncIterable<readonly Prompt[]>) {
  const prompts = new Map<string, Prompt>();
  for await (const page of pages) {
    for (const prompt of page) {
      if (prompts.size === mostScanned && !prompts.has(prompt.name)) {
        return { prompts: [...prompts.values()], cut: true as const };
      }
      prompts.set(prompt.name, prompt);
    }
  }
  return { prompts: [...prompts.values()], cut: false as const };
}

function identityOf(search: PromptSearch): string {
  const { nameContains, tags, alias, words, variable, changedSince } = search;
  const sorted = Object.entries(tags ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const all = ["scan", nameContains, sorted, alias, words, variable, changedSince, orderOf(search)];
  return createHash("sha256").update(JSON.stringify(all)).digest("base64url").slice(0, 16);
}

function encoded(cursor: z.infer<typeof position>): string {
  return Buffer.from(JSON.stringify(cursor)).toString("base64url");
}

function positionIn(cursor: string, of: string): Key {
  const parsed = position.safeParse(json(Buffer.from(cursor, "base64url").toString()));
  if (parsed.success && parsed.data.of === of) return parsed.data.after;
  throw new RegistryError(
    "invalid",
    "The cursor is not of this search. Ask again with the same conditions, or start without a cursor.",
  );
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
