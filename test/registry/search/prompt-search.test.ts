import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchPrompt } from "../../../src/registry/search/prompt-search.ts";
import { chat, prompt } from "./found-prompts.ts";

describe("a match", () => {
  const search = (...words: string[]) => ({ words, limit: 10 });

  it("contains every word, and names the fields", () => {
    const one = prompt(
      "summarize",
      { tags: { team: "Search" }, description: "Short" },
      "Sum it up",
    );

    expect(matchPrompt(one, search("sum", "team", "search"))?.fields).toEqual([
      "name",
      "tags",
      "text",
    ]);
    expect(matchPrompt(one, search("short"))?.fields).toEqual(["description"]);
    expect(matchPrompt(one, search("sum", "absent"))).toBeUndefined();
    expect(matchPrompt(one, search())).toEqual({ fields: [], score: 0 });
  });

  it.each([
    ["RÉSUMÉ", "re\u0301sumé"],
    ["Straße", "STRASSE"],
    ["STRASSE", "straße"],
    ["ΟΔΟΣΗΜΑ", "οδος"],
    ["οδος", "ΟΔΟΣ"],
    ["I", "ı"],
  ])("ignores case and composition: %s, %s", (template, word) => {
    expect(matchPrompt(prompt("x", {}, template), search(word))?.fields).toEqual(["text"]);
  });

  it("searches the text of messages, not types of parts, images and audio", () => {
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

    expect(matchPrompt(one, search("kind", "hello"))?.fields).toEqual(["text"]);
    for (const word of ["word", "text", "wav", "user", "image_url"]) {
      expect(matchPrompt(one, search(word))).toBeUndefined();
    }
  });

  it("scores words higher at the start of the name", () => {
    const best = [
      prompt("word-first"),
      prompt("a-word"),
      prompt("described", { description: "a word" }),
      prompt("written", {}, "a word"),
    ];

    expect(best.map((one) => matchPrompt(one, search("Word"))?.score)).toEqual([8, 4, 2, 1]);
    expect(matchPrompt(prompt("tagged", { tags: { Word: "x" } }), search("word"))?.score).toBe(2);
    expect(matchPrompt(prompt("word", {}, "word too"), search("word", "too"))?.score).toBe(9);
  });

  it("requires the variable by its exact name, and the time of the change", () => {
    const one = prompt("x", { updatedAt: 5 }, "Hello {{ name }} and {{other}}");

    expect(matchPrompt(one, { variable: "name", limit: 1 })).toEqual({ fields: [], score: 0 });
    expect(matchPrompt(one, { variable: "Name", limit: 1 })).toBeUndefined();
    expect(matchPrompt(one, { changedSince: 5, limit: 1 })).toBeDefined();
    expect(matchPrompt(one, { changedSince: 6, limit: 1 })).toBeUndefined();
  });

  it("equals a check of each field by itself", () => {
    const texts = fc.string({ unit: fc.constantFrom(..."abß ςé"), maxLength: 6 });
    const words = fc.array(
      fc.string({ unit: fc.constantFrom(..."aBSéΣ"), minLength: 1, maxLength: 2 }),
    );
    const upper = (text: string) => text.toLowerCase().toUpperCase();
    fc.assert(
      fc.property(texts, texts, texts, texts, words, (name, description, value, text, wanted) => {
        const one = prompt(name, { description, tags: { key: value } }, text);
        const fields = { name, description, tags: `key\n${value}`, text };
        const places = wanted.map((word) =>
          Object.entries(fields).flatMap(([field, content]) =>
            upper(content).includes(upper(word)) ? [field] : [],
          ),
        );

        const match = matchPrompt(one, search(...wanted));

        if (places.some((found) => found.length === 0)) expect(match).toBeUndefined();
        else expect(new Set(match?.fields)).toEqual(new Set(places.flat()));
      }),
    );
  });
});
