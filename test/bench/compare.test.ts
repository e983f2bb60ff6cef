import { describe, expect, it } from "vitest";
import { describeRegression, missingRatios, regressions } from "../../bench/compare.ts";
import { beside, compared, type Row } from "../../bench/rows.ts";

function ratioOf(id: string, ratio: number): Row {
  return compared({
    id,
    measured: `what ${id} is`,
    unit: "ms",
    values: [ratio],
    against: "bare SDK",
    bases: [1],
  });
}

describe("a row with a ratio", () => {
  const values = [20, 30, 100];
  const bases = [10, 10, 100];
  const measured = { id: "a", measured: "a", values, against: "b", bases };

  it("divides round by round and takes the medians", () => {
    expect(compared({ ...measured, unit: "ms" })).toMatchObject({
      value: 30,
      comparison: { base: 10, ratio: 2, spread: [1, 3] },
    });
  });

  it("is greater the less throughput there is", () => {
    expect(compared({ ...measured, unit: "calls/s" })).toMatchObject({
      comparison: { ratio: 0.5 },
    });
  });

  it("needs as many bases as values", () => {
    expect(() => compared({ ...measured, unit: "ms", bases: [10] })).toThrow("every round");
  });
});

describe("the comparison with an earlier run", () => {
  it("names what got worse by more than 15 %", () => {
    const found = regressions(
      [ratioOf("a", 2), ratioOf("b", 2)],
      [ratioOf("a", 2.29), ratioOf("b", 2.4)],
    );
    expect(found.map(describeRegression)).toEqual([
      "b: what b is, against bare SDK: ratio 2.40, was 2.00 (+20 %)",
    ]);
  });

  it("takes what got better", () => {
    expect(regressions([ratioOf("a", 2)], [ratioOf("a", 1)])).toEqual([]);
  });

  it("tells which ratios are missing and compares the others", () => {
    const earlier = [ratioOf("gone", 1), ratioOf("a", 1)];
    const later = [ratioOf("a", 1), ratioOf("new", 9)];
    expect(regressions(earlier, later)).toEqual([]);
    expect(missingRatios(earlier, later)).toEqual(["gone"]);
  });

  it("leaves out what has no ratio", () => {
    const p99 = (value: number) =>
      beside({ id: "p99", measured: "", unit: "ms", values: [value], against: "", bases: [1] });
    expect(regressions([ratioOf("a", 1), p99(1)], [ratioOf("a", 1), p99(9)])).toEqual([]);
  });

  it("refuses to compare runs that have nothing in common", () => {
    expect(() => regressions([ratioOf("a", 1)], [ratioOf("b", 1)])).toThrow("in common");
  });
});
