import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PromptSearch } from "../../../src/registry/search/prompt-search.ts";
import { compareKeys, type SortKey } from "../../../src/registry/search/sort-key.ts";
import { TopItems } from "../../../src/registry/search/top-items.ts";
import type { Prompt } from "../../../src/registry/types.ts";
import { runs } from "../../support/runs.ts";
import { prompt } from "./found-prompts.ts";
import { find } from "./list-walk.ts";

const namesOf = (prompts: readonly Prompt[]) => prompts.map(({ name }) => name);

describe("a search", () => {
  const list = [
    prompt("b-word", { updatedAt: 1 }),
    prompt("word", { updatedAt: 2 }),
    prompt("a", { updatedAt: 3, description: "a word" }),
    prompt("c", { updatedAt: 4 }),
  ];

  it.each<[string, Omit<PromptSearch, "limit">, string[]]>([
    ["by name", {}, ["a", "b-word", "c", "word"]],
    ["by relevance where there are words", { query: "word" }, ["word", "b-word", "a"]],
    ["by name where that is asked for", { query: "word", order: "name" }, ["a", "b-word", "word"]],
    ["the newest first", { order: "changed" }, ["c", "a", "word", "b-word"]],
    [
      "that have words, the newest first",
      { query: "word", order: "changed" },
      ["a", "word", "b-word"],
    ],
    ["by name what changed since", { changedSince: 2 }, ["a", "c", "word"]],
    ["the newest of them first", { changedSince: 2, order: "changed" }, ["c", "a", "word"]],
    [
      "by relevance without words, which is by name",
      { order: "relevance" },
      ["a", "b-word", "c", "word"],
    ],
  ])("returns prompts %s", async (_, search, names) => {
    expect(namesOf((await find({ ...search, limit: 10 }, list)).items)).toEqual(names);
  });

  it("has no further page when nothing follows a full one", async () => {
    for (const search of [
      {},
      { changedSince: 3 },
      { query: "word" },
      { order: "changed" },
    ] as const) {
      const { items } = await find({ ...search, limit: 10 }, list);

      const page = await find({ ...search, limit: items.length }, list);

      expect(page.items).toEqual(items);
      expect(page).not.toHaveProperty("nextCursor");
    }
  });

  it("continues after its limit where prompts are streamed", async () => {
    const search = { variable: "x", limit: 10 } as const;
    const using = list.map((one) => prompt(one.name, {}, one.name === "c" ? "no" : "{{ x }}"));

    const first = await find(search, using, 2);
    const second = await find({ ...search, cursor: first.nextCursor ?? "" }, using, 2);

    expect(namesOf(first.items)).toEqual(["a", "b-word"]);
    expect(first).not.toHaveProperty("cut");
    expect(namesOf(second.items)).toEqual(["word"]);
    expect(second).not.toHaveProperty("nextCursor");
  });

  it("is cut at its limit where all prompts have to be sorted", async () => {
    expect(await find({ query: "word", limit: 10 }, list, 3)).toMatchObject({ cut: true });
    expect(await find({ query: "word", limit: 10 }, list, 4)).not.toHaveProperty("cut");
    // It ends with the first prompt that is too old.
    expect(await find({ changedSince: 3, limit: 10 }, list, 3)).not.toHaveProperty("cut");
  });
});

describe("pages", () => {
  const name = fc.stringMatching(/^[abW.]{1,3}$/);
  const prompts = fc.uniqueArray(
    fc.record({
      name,
      description: fc.constantFrom("", "alpha", "beta alpha"),
      updatedAt: fc.integer({ min: 0, max: 3 }),
      lasts: fc.boolean(),
    }),
    { selector: (one) => one.name, maxLength: 12 },
  );
  const searches = fc.record({
    order: fc.constantFrom("name" as const, "relevance" as const, "changed" as const),
    query: fc.constantFrom("", "alpha", "alpha BETA"),
    changedSince: fc.constantFrom(undefined, 2),
    limit: fc.integer({ min: 1, max: 4 }),
  });
  const bound = fc.constantFrom(3, 1_000);

  it("return each lasting prompt once and in order, whatever is created or deleted", async () => {
    const coming = fc.array(name, { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(prompts, searches, bound, coming, async (data, search, most, names) => {
        const all = data.map(({ lasts: _, ...more }) => prompt(more.name, more));
        const lasting = new Set(data.filter(({ lasts }) => lasts).map((one) => one.name));
        const list = [...all];
        const left = names.values();

        const { seen, cut } = await everyPage(search, list, most, () => {
          const next = left.next();
          if (!next.done) exchange(list, lasting, next.value);
        });

        const kept = namesOf(seen).filter((one) => lasting.has(one));
        const { items: before } = await find({ ...search, limit: 1_000 }, all);
        expect(new Set(kept).size).toBe(kept.length);
        if (!cut) expect(kept).toEqual(namesOf(before).filter((one) => lasting.has(one)));
      }),
      { numRuns: runs(500) },
    );
  });

  async function everyPage(
    search: PromptSearch,
    list: readonly Prompt[],
    most: number,
    between: () => void,
  ) {
    const seen: Prompt[] = [];
    let cut = false;
    let cursor: string | undefined;
    do {
      const again = cursor === undefined ? search : { ...search, cursor };
      const page = await find(again, list, most);
      expect(page.items.length).toBeLessThanOrEqual(search.limit);
      seen.push(...page.items);
      cut ||= page.cut === true;
      cursor = page.nextCursor;
      between();
    } while (cursor !== undefined);
    return { seen, cut };
  }

  /** Deletes one prompt and creates another. */
  function exchange(list: Prompt[], lasting: ReadonlySet<string>, coming: string): void {
    const going = list.findIndex((one) => !lasting.has(one.name));
    if (going !== -1) list.splice(going, 1);
    if (!list.some((one) => one.name === coming)) list.push(prompt(coming));
  }
});

describe("a ranking", () => {
  it("has the first items after a position, like a sorted list", () => {
    const key = fc.record({
      rank: fc.integer({ min: 0, max: 3 }),
      name: fc.string({ maxLength: 2 }),
    });
    const keys = fc.uniqueArray(key, { selector: ({ rank, name }) => `${rank} ${name}` });
    fc.assert(
      fc.property(
        keys,
        fc.option(key, { nil: undefined }),
        fc.integer({ min: 1, max: 5 }),
        (all, after, limit) => {
          const ranking = new TopItems<SortKey>(limit, after);
          for (const one of all) ranking.add(one, one);

          const behind = all
            .filter((one) => after === undefined || compareKeys(one, after) > 0)
            .toSorted((one, other) => compareKeys(one, other));
          expect(ranking.page()).toEqual({
            items: behind.slice(0, limit),
            ...(behind.length > limit ? { next: behind[limit - 1] } : {}),
          });
        },
      ),
    );
  });
});
