import { describe, expect, it, vi } from "vitest";
import { SharedLimit } from "../../../src/http/limits/shared-limit.ts";
import { tooMany } from "../../../src/http/refusal.ts";

const refusal = "There is no room.";
const limitOf = (total: number, share: number, onRefused?: () => void) =>
  new SharedLimit({ total, share, refusal, ...(onRefused ? { onRefused } : {}) });

describe("a shared limit", () => {
  it("gives one holder its share and no more, whatever is left for others", () => {
    const refused = vi.fn();
    const limit = limitOf(4, 2, refused);

    const [first] = [limit.take("ann"), limit.take("ann")];
    expect(() => limit.take("ann")).toThrow(tooMany(refusal, 1));
    limit.take("bob");
    limit.take("bob");
    expect(() => limit.take("cleo")).toThrow(refusal);

    expect(refused).toHaveBeenCalledTimes(2);
    first?.release();
    first?.release();
    expect(limit.used).toBe(3);
    limit.take("cleo");
    expect(() => limit.take("dora")).toThrow(refusal);
  });

  it("counts amounts that grow and shrink", () => {
    const limit = limitOf(100, 60);
    const ann = limit.take("ann", 10);

    ann.resize(60);
    expect(() => ann.resize(61)).toThrow(refusal);
    expect(limit.used).toBe(60);
    ann.resize(5);
    limit.take("ann", 55);

    expect(limit.used).toBe(60);
    ann.release();
    expect(limit.used).toBe(55);
  });

  it("lets the oldest give way that can, of the holder whose share is used up", () => {
    const limit = limitOf(10, 3);
    const ended: string[] = [];
    const taken = (name: string, holder = "ann") => limit.take(holder, 1, () => ended.push(name));
    taken("bob", "bob");
    const [first, second, third] = ["first", "second", "third"].map((name) => taken(name));

    second?.pin();
    taken("fourth");
    taken("fifth");

    expect(ended).toEqual(["first", "third"]);
    expect(limit.used).toBe(4);
    // Who has given way holds nothing any more, and gets nothing.
    first?.release();
    expect(() => third?.resize(2)).toThrow(refusal);
    expect(limit.used).toBe(4);
  });

  it("lets that of the holder who has most give way when all is used up", () => {
    const limit = limitOf(4, 3);
    const ended: string[] = [];
    const taken = (holder: string) => limit.take(holder, 1, () => ended.push(holder));
    for (const holder of ["bob", "ann", "ann", "ann"]) taken(holder);

    taken("cleo");
    taken("cleo");

    expect(ended).toEqual(["ann", "ann"]);
  });

  it("refuses the oldest that wants more, rather than end what came after it", () => {
    const limit = limitOf(4, 4);
    const ended: string[] = [];
    const oldest = limit.take("ann", 2, () => ended.push("oldest"));
    limit.take("ann", 2, () => ended.push("newer"));

    expect(() => oldest.resize(3)).toThrow(refusal);

    expect(ended).toEqual([]);
    expect(limit.used).toBe(4);
  });

  it("says when nothing is in use", async () => {
    const limit = limitOf(2, 2);
    await limit.whenIdle();
    const [first, second] = [limit.take("ann"), limit.take("bob")];
    const idle = vi.fn();
    const waiting = limit.whenIdle().then(idle);

    first?.release();
    await Promise.resolve();
    expect(idle).not.toHaveBeenCalled();
    second?.release();
    await waiting;

    expect(idle).toHaveBeenCalled();
  });
});
