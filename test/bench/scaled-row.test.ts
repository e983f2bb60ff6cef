import { describe, expect, it } from "vitest";
import { scaled } from "../../bench/scaled-row.ts";

const measured = {
  id: "a",
  measured: "list all of 10000",
  unit: "ms" as const,
  than: "all of 1000",
};

describe("something large beside as much of something small", () => {
  it("has the ratio 1 where ten times as much takes ten times as long", () => {
    expect(scaled({ ...measured, large: [100, 300], small: [10, 30], times: 10 })).toMatchObject({
      value: 200,
      comparison: { against: "10 × all of 1000", base: 200, ratio: 1, spread: [1, 1] },
    });
  });

  it("has a greater one where it takes longer than that", () => {
    expect(scaled({ ...measured, large: [1_000], small: [10], times: 10 })).toMatchObject({
      comparison: { ratio: 10 },
    });
  });

  it("is compared as it is where as much is given back", () => {
    expect(scaled({ ...measured, large: [12], small: [10], times: 1 })).toMatchObject({
      comparison: { against: "all of 1000", base: 10, ratio: 1.2 },
    });
  });
});
