import { describe, expect, test } from "vitest";
import { mergeTexts } from "../../src/view/text/merge.ts";

const text = (...lines: string[]) => lines.join("\n");

describe("a three-way merge", () => {
  test("takes both changes where they are apart", () => {
    const base = text("a", "b", "c", "d");
    expect(mergeTexts(base, text("A", "b", "c", "d"), text("a", "b", "c", "D", "e"))).toEqual([
      { kind: "merged", items: ["A", "b", "c", "D", "e"] },
    ]);
  });

  test("leaves a passage to the person where both changed it", () => {
    const base = text("a", "b", "c");
    expect(mergeTexts(base, text("a", "mine", "c"), text("a", "theirs", "too", "c"))).toEqual([
      { kind: "merged", items: ["a"] },
      { kind: "conflict", base: ["b"], mine: ["mine"], theirs: ["theirs", "too"] },
      { kind: "merged", items: ["c"] },
    ]);
  });

  test("takes a change that both made once", () => {
    expect(mergeTexts("a", text("a", "x"), text("a", "x"))).toEqual([
      { kind: "merged", items: ["a", "x"] },
    ]);
  });

  test("deletes what one deleted and the other left", () => {
    const base = text("a", "b", "c", "d");
    expect(mergeTexts(base, text("a", "c", "d"), text("a", "b", "c"))).toEqual([
      { kind: "merged", items: ["a", "c"] },
    ]);
  });

  test("is a conflict where one deleted what the other changed", () => {
    expect(mergeTexts(text("a", "b"), "a", text("a", "B"))).toEqual([
      { kind: "merged", items: ["a"] },
      { kind: "conflict", base: ["b"], mine: [], theirs: ["B"] },
    ]);
  });
});
