import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Lines, tooLong } from "../../src/stdio/lines.ts";

function linesOf(pieces: readonly Buffer[], maxBytes: number): unknown[] {
  const lines = new Lines(maxBytes);
  return pieces.flatMap((piece) => {
    lines.push(piece);
    const taken: unknown[] = [];
    for (let line = lines.next(); line !== undefined; line = lines.next()) taken.push(line);
    return taken;
  });
}

describe("lines", () => {
  it("are the same however the bytes come, and too long ones are told of once", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "é", "\n", "😀"), maxLength: 60 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(200)), (text, cuts) => {
        const bytes = Buffer.from(text);
        const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted(
          (a, b) => a - b,
        );
        const pieces = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
        const all = text.split("\n");
        const last = Buffer.byteLength(all.pop() ?? "") > 12 ? [tooLong] : [];
        const lines = all.map((line) => (Buffer.byteLength(line) > 12 ? tooLong : line));
        expect(linesOf(pieces, 12)).toEqual([...lines, ...last]);
      }),
    );
  });

  it("are not kept when they are too long", () => {
    const lines = new Lines(1_000);
    const before = process.memoryUsage().arrayBuffers;
    let told = 0;
    for (let count = 0; count < 1_000; count++) {
      lines.push(Buffer.alloc(100_000, "a"));
      if (lines.next() === tooLong) told++;
    }
    lines.push(Buffer.from("\nnext\n"));
    expect(lines.next()).toBe("next");
    expect(told).toBe(1);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(90_000_000);
  });
});
