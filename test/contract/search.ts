import { setTimeout as pause } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import type { PromptSearch } from "../../src/registry/prompt-registry.ts";
import type { Subject } from "./prompt-registry.ts";
import { refused, text, uniqueName } from "./support.ts";

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
      const word = uniqueName();
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

      expect(await found({ words: [word] })).toEqual([inName, inMessage, inText]);
      expect(await found({ words: [word, "say"] })).toEqual([inText]);
      expect(await found({ words: [word, "éTÉ"] })).toEqual([inMessage]);
      expect(await found({ words: [word], variable: "who" })).toEqual([inText]);
      expect(await found({ words: [word], variable: "Who" })).toEqual([]);
      expect(await found({ words: [word, "nowhere"] })).toEqual([]);
      expect(await found({ words: [word], order: "name" })).toEqual(
        [inName, inMessage, inText].toSorted(),
      );
    });

    it("looks for words in the newest version alone", async () => {
      const name = uniqueName();
      await subject.registry.registerVersion(name, text("The old wording"));
      await subject.registry.registerVersion(name, text("The new wording"));

      expect(await found({ words: [name, "old"] })).toEqual([]);
      expect(await found({ words: [name, "new"] })).toEqual([name]);
    });

    it("finds what changed since, the newest first where that is asked for", async () => {
      const part = uniqueName();
      const { registry } = subject;
      // Times are in milliseconds, and a file is written faster.
      for (const [index, letter] of ["a", "b", "c", "a"].entries()) {
        await registry.registerVersion(`${part}-${letter}`, text(`Wording ${index}`));
        await pause(2);
      }
      const { updatedAt } = await registry.getPrompt(`${part}-c`);

      const newest = await found({ nameContains: part, order: "changed" });
      expect(newest).toEqual([`${part}-a`, `${part}-c`, `${part}-b`]);
      const since = await found({ nameContains: part, changedSince: updatedAt });
      expect(since).toEqual([`${part}-a`, `${part}-c`]);
      expect(await found({ nameContains: part, changedSince: Date.now() + 60_000 })).toEqual([]);
    });

    it.each(["name", "relevance", "changed"] as const)(
      "misses none and gives none twice when others come and go between pages by %s",
      async (order) => {
        const part = uniqueName();
        const { registry } = subject;
        const lasting = ["b", "d", "f", "h"].map((letter) => `${part}-${letter}`);
        for (const name of [...lasting, `${part}-a`]) await registry.createPrompt(name, {});

        const fleeting = ["c", "e", "g", "i", "k", "m"];
        const seen = await found({ nameContains: part, order }, 2, async (page) => {
          if (page === 1) await registry.deletePrompt(`${part}-a`);
          const letter = fleeting[page - 1];
          if (letter !== undefined) await registry.createPrompt(`${part}-${letter}`, {});
        });

        const kept = seen.filter((name) => lasting.includes(name));
        expect(kept.toSorted()).toEqual(lasting);
        expect(new Set(seen).size).toBe(seen.length);
      },
    );

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
        const words = { words: ["x"], limit: 1, cursor };
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
