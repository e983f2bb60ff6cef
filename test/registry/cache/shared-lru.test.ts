import { describe, expect, it } from "vitest";
import { SharedLru } from "../../../src/registry/cache/shared-lru.ts";

function cache(maxBytes: number, ownerBytes: number) {
  const evicted: string[] = [];
  const lru = new SharedLru<string>({
    maxBytes,
    ownerBytes,
    onEvict: (_, key) => evicted.push(key),
  });
  return { lru, evicted };
}

describe("a shared LRU cache", () => {
  it("evicts only an owner's own oldest entries when the owner exceeds its limit", () => {
    const { lru, evicted } = cache(100, 30);
    lru.set("bob", "b1", "of bob", 10);

    for (let index = 1; index <= 100; index++) lru.set("ann", `a${index}`, "of ann", 10);

    expect(lru.get("b1")).toBe("of bob");
    expect(lru.entriesOf("ann").map(([key]) => key)).toEqual(["a98", "a99", "a100"]);
    expect(evicted).toHaveLength(97);
    expect(lru.bytes).toBe(40);
  });

  it("evicts the least recently used entry when the cache is full", () => {
    const { lru } = cache(40, 20);
    for (const owner of ["ann", "bob"]) {
      for (const index of [1, 2]) lru.set(owner, `${owner}${index}`, owner, 10);
    }
    lru.get("ann1");

    lru.set("cleo", "cleo1", "cleo", 10);

    expect(["ann1", "ann2", "bob1", "bob2", "cleo1"].filter((key) => lru.has(key))).toEqual([
      "ann1",
      "bob1",
      "bob2",
      "cleo1",
    ]);
    expect(lru.bytes).toBe(40);
  });

  it("counts a replaced value once, with its new size", () => {
    const { lru } = cache(100, 30);

    lru.set("ann", "a", "first", 20);
    lru.set("ann", "a", "second", 30);
    expect(lru.get("a")).toBe("second");
    expect(lru.bytes).toBe(30);

    lru.set("ann", "a", "too large for a share", 31);
    expect(lru.has("a")).toBe(false);
    expect(lru.bytes).toBe(0);
  });

  it("frees the size of deleted entries", () => {
    const { lru } = cache(100, 20);
    lru.set("ann", "a1", "1", 10);
    lru.set("ann", "a2", "2", 10);

    lru.delete("a1");
    lru.set("ann", "a3", "3", 10);
    expect(lru.entriesOf("ann")).toEqual([
      ["a2", "2"],
      ["a3", "3"],
    ]);
    lru.clear();

    expect(lru.entriesOf("ann")).toEqual([]);
    expect(lru.bytes).toBe(0);
  });
});
