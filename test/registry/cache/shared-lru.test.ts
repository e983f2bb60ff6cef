import { describe, expect, it } from "vitest";
import { SharedLru } from "../../../src/registry/cache/shared-lru.ts";

function cache(maxBytes: number, ownerBytes: number) {
  const dropped: string[] = [];
  const kept = new SharedLru<string>({
    maxBytes,
    ownerBytes,
    onEvict: (_, key) => dropped.push(key),
  });
  return { kept, dropped };
}

describe("a shared cache", () => {
  it("lets an owner that has used up its share lose its own oldest, and nobody else's", () => {
    const { kept, dropped } = cache(100, 30);
    kept.set("bob", "b1", "of bob", 10);

    for (let index = 1; index <= 100; index++) kept.set("ann", `a${index}`, "of ann", 10);

    expect(kept.get("b1")).toBe("of bob");
    expect(kept.entriesOf("ann").map(([key]) => key)).toEqual(["a98", "a99", "a100"]);
    expect(dropped).toHaveLength(97);
    expect(kept.bytes).toBe(40);
  });

  it("loses what was unused the longest when all is full", () => {
    const { kept } = cache(40, 20);
    for (const owner of ["ann", "bob"]) {
      for (const index of [1, 2]) kept.set(owner, `${owner}${index}`, owner, 10);
    }
    kept.get("ann1");

    kept.set("cleo", "cleo1", "cleo", 10);

    expect(["ann1", "ann2", "bob1", "bob2", "cleo1"].filter((key) => kept.has(key))).toEqual([
      "ann1",
      "bob1",
      "bob2",
      "cleo1",
    ]);
    expect(kept.bytes).toBe(40);
  });

  it("counts a value that takes another's place once, with its new size", () => {
    const { kept } = cache(100, 30);

    kept.set("ann", "a", "first", 20);
    kept.set("ann", "a", "second", 30);
    expect(kept.get("a")).toBe("second");
    expect(kept.bytes).toBe(30);

    kept.set("ann", "a", "too large for a share", 31);
    expect(kept.has("a")).toBe(false);
    expect(kept.bytes).toBe(0);
  });

  it("gives back what is deleted", () => {
    const { kept } = cache(100, 20);
    kept.set("ann", "a1", "1", 10);
    kept.set("ann", "a2", "2", 10);

    kept.delete("a1");
    kept.set("ann", "a3", "3", 10);
    expect(kept.entriesOf("ann")).toEqual([
      ["a2", "2"],
      ["a3", "3"],
    ]);
    kept.clear();

    expect(kept.entriesOf("ann")).toEqual([]);
    expect(kept.bytes).toBe(0);
  });
});
