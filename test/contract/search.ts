import { beforeAll, describe, expect, it } from "vitest";
import type { PromptSearch } from "../../src/registry/search/prompt-search.ts";
import { nextMillisecond } from "../support/next-millisecond.ts";
import type { Subject } from "./prompt-registry.ts";
import { refused, text, uniqueName, uniqueWord } from "./support.ts";

export function searchContract(subject: Subject): void {
  describe("searching prompts", () => {
    // The names sort alike in every collation a database may have.
    const prefix = uniqueName();
    const [alpha, beta1, betaX1, delta, gamma] = [
      `${prefix}-alpha`,
      `${prefix}-beta_1`,
      `${prefix}-betax1`,
      `${prefix}-delTa`,
      `${prefix}-gamma`,
    ];

    beforeAll(async () => {
      const { registry } = subject;
      await registry.registerVersion(gamma, text("One", { commitMessage: "First" }));
      await registry.registerVersion(gamma, text("Two"));
      await registry.setAlias(gamma, "live", 1);
      await registry.createPrompt(alpha, {
        tags: { team: "red", "team name/x": "y%", quotes: `it's "fine"` },
      });
      await registry.createPrompt(beta1, { tags: { team: "red", quotes: "it's" } });
      await registry.createPrompt(betaX1, { tags: { team: "Red", quotes: '"fine"' } });
      await registry.createPrompt(delta, {});
    });

    /** Names of all that is found, page by page; `between` is told how many pages there were. */
    async function found(
      search: Omit<PromptSearch, "limit" | "cursor">,
      limit = 1000,
      between: (pages: number) => Promise<void> = async () => {},
    ): Promise<string[]> {
      const names: string[] = [];
      let cursor: string | undefined;
      let pages = 0;
      do {
        const page = await subject.registry.searchPrompts({
          ...search,
          limit,
          ...(cursor === undefined ? {} : { cursor }),
        });
        names.push(...page.items.map(({ name }) => name));
        cursor = page.nextCursor;
        await between(++pages);
      } while (cursor !== undefined);
      return names;
    }

    it("finds them by part of the name, in order, each as it would be got", async () => {
      const { items } = await subject.registry.searchPrompts({ nameContains: prefix, limit: 5 });

      expect(items.map(({ name }) => name)).toEqual([alpha, beta1, betaX1, delta, gamma]);
      expect(items[4]).toEqual(await subject.registry.getPrompt(gamma));
      expect(items[4]).toMatchObject({
        description: "First",
        aliases: { live: 1 },
        latest: { version: 2, aliases: [] },
      });
      expect(items[0]).not.toHaveProperty("latest");
    });

    it("gives them page by page", async () => {
      const pages: string[][] = [];
      let cursor: string | undefined;
      do {
        const page = await subject.registry.searchPrompts({
          nameContains: prefix,
          limit: 2,
          ...(cursor === undefined ? {} : { cursor }),
        });
        pages.push(page.items.map(({ name }) => name));
        cursor = page.nextCursor;
      } while (cursor !== undefined && pages.length < 5);

      expect(pages).toEqual([[alpha, beta1], [betaX1, delta], [gamma]]);
    });

    it("takes upper and lower case alike in names", async () => {
      expect(await found({ nameContains: `${prefix.toUpperCase()}-DELTA` })).toEqual([delta]);
    });

    it.each([
      ["%", []],
      ["-beta_", [`${prefix}-beta_1`]],
      ["'", []],
      ['"', []],
      [`'"`, []],
      ["\\", []],
      ["; --", []],
    ])("takes %s in a name for itself", async (part, names) => {
      expect(await found({ nameContains: prefix + part })).toEqual(names);
    });

    it("finds them by tags, all of which must match exactly", async () => {
      const nameContains = prefix;

      expect(await found({ nameContains, tags: { team: "red" } })).toEqual([alpha, beta1]);
      expect(await found({ nameContains, tags: { team: "red", "team name/x": "y%" } })).toEqual([
        alpha,
      ]);
      expect(await found({ nameContains, tags: { "team name/x": "y_" } })).toEqual([]);
      expect(await found({ nameContains, tags: { quotes: `it's "fine"` } })).toEqual([alpha]);
      expect(await found({ nameContains, tags: { quotes: "it's" } })).toEqual([beta1]);
      expect(await found({ nameContains, tags: { quotes: '"fine"' } })).toEqual([betaX1]);
    });

    it("finds them by an alias they have", async () => {
      expect(await found({ nameContains: prefix, alias: "live" })).toEqual([gamma]);
      expect(await found({ nameContains: prefix, alias: "Live" })).toEqual([]);
      expect(await found({ nameContains: prefix, alias: "latest" })).toEqual([gamma]);
    });

    it("finds them by words in any field, the best first", async () => {
      const word = uniqueWord();
      const inName = `${word}-first`;
      const inText = uniqueName();
      const inMessage = uniqueName();
      const { registry } = subject;
      await registry.registerVersion(inText, text(`Say ${word.toUpperCase()} to {{ who }}`));
      await registry.createPrompt(inMessage, {
        description: `About ${word}`,
        tags: { état: "Été" },
      });
      await registry.registerVersion(inName, text("Anything"));

      expect(await found({ query: word })).toEqual([inName, inMessage, inText]);
      expect(await found({ query: `Say "${word}"` })).toEqual([inText]);
      expect(await found({ query: `${word}, éTÉ` })).toEqual([inMessage]);
      expect(await found({ query: word, variable: "who" })).toEqual([inText]);
      expect(await found({ query: word, variable: "Who" })).toEqual([]);
      expect(await found({ query: `${word} ${uniqueWord()}` })).toContain(inName);
      expect(await found({ query: uniqueWord() })).toEqual([]);
      expect(await found({ query: word, order: "name" })).toEqual(
        [inName, inMessage, inText].toSorted(),
      );
    });

    it("looks for words in the newest and the served version", async () => {
      const [oldest, served, newest] = [uniqueWord(), uniqueWord(), uniqueWord()];
      const name = uniqueName();
      const serve = ["live", "latest"];
      await subject.registry.registerVersion(name, text(oldest));
      await subject.registry.registerVersion(name, text(served));
      await subject.registry.registerVersion(name, text(newest));
      await subject.registry.setAlias(name, "live", 2);

      expect(await found({ query: oldest, serve })).toEqual([]);
      expect(await found({ query: served, serve })).toEqual([name]);
      expect(await found({ query: newest, serve })).toEqual([name]);
      expect(await found({ query: served })).toEqual([]);
    });

    it("finds what changed since, the newest first where that is asked for", async () => {
      const part = uniqueName();
      const { registry } = subject;
      // Times are in milliseconds, and a file is written faster.
      for (const [index, letter] of ["a", "b", "c", "a"].entries()) {
        await registry.registerVersion(`${part}-${letter}`, text(`Wording ${index}`));
        await nextMillisecond();
      }
      const { updatedAt } = await registry.getPrompt(`${part}-c`);

      const newest = await found({ nameContains: part, order: "changed" });
      expect(newest).toEqual([`${part}-a`, `${part}-c`, `${part}-b`]);
      const since = await found({ nameContains: part, changedSince: updatedAt });
      expect(since).toEqual([`${part}-a`, `${part}-c`]);
      expect(await found({ nameContains: part, changedSince: Date.now() + 60_000 })).toEqual([]);
    });

    /** How prompts of one part of a name can be found, and whether the newest comes first. */
    const ways = [
      { way: "by name", search: (part: string) => ({ nameContains: part }) },
      {
        way: "by name, with a variable",
        search: (part: string) => ({ nameContains: part, variable: "x" }),
      },
      {
        way: "by name, changed since",
        search: (part: string) => ({ nameContains: part, changedSince: 1 }),
      },
      { way: "by relevance", search: (part: string) => ({ query: `${part} hello` }) },
      {
        way: "newest first",
        search: (part: string) => ({ nameContains: part, order: "changed" as const }),
        newestFirst: true,
      },
      {
        way: "newest first, by words",
        search: (part: string) => ({ query: part, order: "changed" as const }),
        newestFirst: true,
      },
    ];

    describe.each(ways)("in pages $way", ({ search, newestFirst = false }) => {
      const add = async (name: string) => {
        await subject.registry.registerVersion(name, text("Hello {{ x }}"));
        await nextMillisecond();
      };

      it("misses none and gives none twice when others come and go in between", async () => {
        const part = uniqueWord();
        const named = (letters: string) => [...letters].map((letter) => `${part}-${letter}`);
        const lasting = named("bdfhj");
        for (const name of named("abcdefghij")) await add(name);

        // Each time two go, shown before or not, and one comes.
        const going = named("acige");
        const coming = named("AkClEm");
        const seen = await found(search(part), 2, async () => {
          for (const name of going.splice(0, 2)) await subject.registry.deletePrompt(name);
          for (const name of coming.splice(0, 1)) await add(name);
        });

        const kept = seen.filter((name) => lasting.includes(name));
        expect(kept).toEqual(newestFirst ? lasting.toReversed() : lasting);
        expect(new Set(seen).size).toBe(seen.length);
      });

      it("goes on when all that was shown has been deleted", async () => {
        const part = uniqueWord();
        const names = Array.from({ length: 16 }, (_, n) => `${part}-${n + 10}`);
        for (const name of names) await add(name);
        const wanted = { ...search(part), limit: 7 };
        const first = await subject.registry.searchPrompts(wanted);
        for (const { name } of first.items) await subject.registry.deletePrompt(name);

        const cursor = first.nextCursor ?? "";
        const second = await subject.registry.searchPrompts({ ...wanted, cursor });

        const order = newestFirst ? names.toReversed() : names;
        expect(first.items.map(({ name }) => name)).toEqual(order.slice(0, 7));
        expect(second.items.map(({ name }) => name)).toEqual(order.slice(7, 14));
        expect(second).toHaveProperty("nextCursor");
      });
    });

    it("refuses a cursor that is not of this search", async () => {
      const { nextCursor } = await subject.registry.searchPrompts({
        nameContains: prefix,
        limit: 1,
      });

      expect(nextCursor).toBeDefined();
      await refused(
        subject.registry.searchPrompts({ limit: 1, cursor: nextCursor ?? "" }),
        "invalid",
        "cursor",
      );
      for (const cursor of ["", "nonsense", "bm9uc2Vuc2U", "e30"]) {
        await refused(subject.registry.searchPrompts({ limit: 1, cursor }), "invalid", "cursor");
        const words = { query: "x", limit: 1, cursor };
        await refused(subject.registry.searchPrompts(words), "invalid", "cursor");
      }
    });

    it("refuses a limit outside 1 to 1000", async () => {
      for (const limit of [0, -1, 1.5, 1001, Number.NaN]) {
        await refused(subject.registry.searchPrompts({ limit }), "invalid", "limit", "1000");
        await refused(subject.registry.listVersions(gamma, { limit }), "invalid", "limit", "1000");
      }
    });
  });
}
