import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PromptSearch } from "../../src/registry/prompt-registry.ts";
import { matchOf } from "../../src/registry/prompt-search.ts";
import { mostScanned, needsScan, searchByScanning } from "../../src/registry/scan.ts";
import type { ChatMessage, Prompt } from "../../src/registry/types.ts";

function prompt(name: string, more: Partial<Prompt> = {}, template = "Text"): Prompt {
  const times = { createdAt: 1, updatedAt: 1 };
  const version = {
    ...{ name, version: 1, commitMessage: "", tags: {}, aliases: [] },
    ...times,
    template: { kind: "text", text: template } as const,
  };
  return { name, description: "", tags: {}, aliases: {}, latest: version, ...times, ...more };
}

function chat(messages: readonly ChatMessage[]): Prompt {
  const { latest, ...rest } = prompt("x");
  return latest ? { ...rest, latest: { ...latest, template: { kind: "chat", messages } } } : rest;
}

async function* pagesOf(...pages: readonly (readonly Prompt[])[]) {
  yield* pages;
}

async function namesOf(search: PromptSearch, prompts: readonly Prompt[]) {
  const { items } = await searchByScanning(search, pagesOf(prompts));
  return items.map(({ name }) => name);
}

describe("a match", () => {
  const search = (...words: string[]) => ({ words, limit: 10 });

  it("has every word somewhere, and says where", () => {
    const one = prompt(
      "summarize",
      { tags: { team: "Search" }, description: "Short" },
      "Sum it up",
    );

    expect(matchOf(one, search("sum", "team", "search"))?.fields).toEqual(["name", "tags", "text"]);
    expect(matchOf(one, search("short"))?.fields).toEqual(["description"]);
    expect(matchOf(one, search("sum", "absent"))).toBeUndefined();
    expect(matchOf(one, search())).toEqual({ fields: [], score: 0 });
  });

  it.each([
    ["RÉSUMÉ", "re\u0301sumé"],
    ["Straße", "STRASSE"],
    ["STRASSE", "straße"],
    ["ΟΔΟΣΗΜΑ", "οδος"],
    ["οδος", "ΟΔΟΣ"],
    ["I", "ı"],
  ])("takes letters alike in either case, composed or not: %s, %s", (template, word) => {
    expect(matchOf(prompt("x", {}, template), search(word))?.fields).toEqual(["text"]);
  });

  it("looks into what is written in messages, not into how, nor into images and audio", () => {
    const one = chat([
      { role: "system", content: "Be kind" },
      {
        role: "user",
        content: [
          { type: "text", text: "Hello" },
          { type: "image_url", image_url: { url: "data:image/png;base64,AAAAwordAAAA" } },
          { type: "input_audio", input_audio: { data: "AAAAwordAAAA", format: "wav" } },
        ],
      },
      { role: "assistant", content: null },
    ]);

    expect(matchOf(one, search("kind", "hello"))?.fields).toEqual(["text"]);
    for (const word of ["word", "text", "wav", "user", "image_url"]) {
      expect(matchOf(one, search(word))).toBeUndefined();
    }
  });

  it("says more the nearer a word is to the beginning of the name", async () => {
    const prompts = [
      prompt("in-text", {}, "a word"),
      prompt("in-description", { description: "a word" }),
      prompt("a-word"),
      prompt("word-first"),
    ];

    expect(await namesOf(search("word"), prompts)).toEqual([
      "word-first",
      "a-word",
      "in-description",
      "in-text",
    ]);
  });
});

describe("a search that back ends cannot do", () => {
  it("is one by words, variable or time, or in another order", () => {
    expect(needsScan({ limit: 1, nameContains: "a", tags: { a: "b" }, alias: "c" })).toBe(false);
    expect(needsScan({ limit: 1, words: [], order: "name" })).toBe(false);
    for (const one of [{ words: ["a"] }, { variable: "a" }, { changedSince: 0 }] as const) {
      expect(needsScan({ limit: 1, ...one })).toBe(true);
    }
    expect(needsScan({ limit: 1, order: "changed" })).toBe(true);
  });

  it("ends at its bound, and says so", async () => {
    const many = Array.from({ length: mostScanned }, (_, n) => prompt(`p${n}`));

    const whole = await searchByScanning({ words: ["p1"], limit: 1 }, pagesOf(many));
    const cut = await searchByScanning({ words: ["p1"], limit: 1 }, pagesOf(many, [prompt("q")]));

    expect(whole).not.toHaveProperty("cut");
    expect(cut.cut).toBe(true);
  });

  it("counts a prompt once that was on two pages", async () => {
    const { items } = await searchByScanning(
      { words: ["x"], limit: 10 },
      pagesOf([prompt("x")], [prompt("x")]),
    );

    expect(items).toHaveLength(1);
  });

  it("gives in pages just what it gives at once, in each order", async () => {
    const some = fc.uniqueArray(
      fc.record({
        name: fc.stringMatching(/^[ab]{1,4}$/),
        description: fc.constantFrom("", "a", "b a"),
        updatedAt: fc.integer({ min: 0, max: 3 }),
      }),
      { selector: ({ name }) => name, maxLength: 12 },
    );
    const order = fc.constantFrom("name", "relevance", "changed");
    const limit = fc.integer({ min: 1, max: 5 });

    await fc.assert(
      fc.asyncProperty(some, order, limit, async (data, by, size) => {
        const prompts = data.map(({ name, ...more }) => prompt(name, more));
        const search = { words: ["a"], order: by } as const;
        const whole = await namesOf({ ...search, limit: 1_000 }, prompts);
        const names: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await searchByScanning(
            { ...search, limit: size, ...(cursor === undefined ? {} : { cursor }) },
            pagesOf(prompts),
          );
          expect(page.items.length).toBeLessThanOrEqual(size);
          names.push(...page.items.map(({ name }) => name));
          cursor = page.nextCursor;
        } while (cursor !== undefined);

        expect(names).toEqual(whole);
        expect(whole.toSorted()).toEqual(
          data
            .filter(({ name, description }) => (name + description).includes("a"))
            .map(({ name }) => name)
            .toSorted(),
        );
      }),
    );
  });
});
