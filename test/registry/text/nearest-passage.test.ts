import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nearestPassage } from "../../../src/registry/text/nearest-passage.ts";

const prompt =
  "You are a careful assistant.\nAnswer {{ question }} in at most three sentences.\nBe kind.";

function nearest(wanted: string, ...texts: readonly string[]): string | undefined {
  const found = nearestPassage(texts, wanted);
  return found && texts[found.text]?.slice(found.start, found.end);
}

describe("the nearest passage", () => {
  it.each([
    ["a typing error", "in at most thre sentences", "in at most three sentences."],
    ["other white space", "Answer {{question}} in", "Answer {{ question }} in"],
    ["another case", "BE KIND", "Be kind."],
    ["other quotes around a word", "'careful' assistant", "careful assistant."],
    ["another line break", "assistant.\r\nAnswer", "assistant.\nAnswer"],
    ["one short word", "knd", "kind."],
  ])("is found for a passage with %s", (_, wanted, passage) => {
    expect(nearest(wanted, prompt)).toContain(passage.slice(1, -1));
  });

  it("is found in the text that has the best one", () => {
    const found = nearestPassage(["Be quick.", prompt, "Be kin to all."], "Be kind!");

    expect(found?.text).toBe(1);
  });

  it.each(["xyzzy", "日本語", "42", "Mine"])("is none where nothing resembles %j", (wanted) => {
    expect(nearest(wanted, prompt, "")).toBeUndefined();
  });

  it("lies within its text, and is not empty", () => {
    const text = fc.string({ maxLength: 60, unit: fc.constantFrom("a", "b", " ", "\n", "İ") });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 3 }), text, (texts, wanted) => {
        fc.pre(wanted !== "");
        const found = nearestPassage(texts, wanted);
        if (found === undefined) return;
        const length = texts[found.text]?.length ?? 0;
        expect(found.start).toBeGreaterThanOrEqual(0);
        expect(found.end).toBeLessThanOrEqual(length);
        expect(found.start).toBeLessThanOrEqual(found.end);
      }),
    );
  });

  it("is where the passage occurs but for one character, in texts of any kind", () => {
    const word = fc.string({ minLength: 12, maxLength: 30, unit: fc.constantFrom(..."abcdefgh") });
    fc.assert(
      fc.property(fc.array(word, { minLength: 3, maxLength: 20 }), fc.nat(), (words, at) => {
        const wanted = words[at % words.length] ?? "";
        const middle = Math.floor(wanted.length / 2);
        const wrong = `${wanted.slice(0, middle)}X${wanted.slice(middle + 1)}`;
        expect(nearest(wrong, words.join(" "))).toBe(wanted);
      }),
    );
  });
});
