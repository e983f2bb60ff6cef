import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { agreement } from "../../../src/registry/evaluation/statistics/agreement.ts";
import { comparePairs } from "../../../src/registry/evaluation/statistics/compare.ts";
import { estimate } from "../../../src/registry/evaluation/statistics/estimate.ts";
import {
  normalQuantile,
  studentQuantile,
} from "../../../src/registry/evaluation/statistics/normal.ts";
import { randomFrom } from "../../../src/registry/evaluation/statistics/random.ts";
import type { PairedDifference } from "../../../src/registry/evaluation/statistics/results.ts";
import { signFlipProbability } from "../../../src/registry/evaluation/statistics/sign-flips.ts";
import { randomNumbers } from "../../support/random.ts";
import { runs } from "../../support/runs.ts";
import { startWorkers } from "../../template-workers/support.ts";

const comparisons = runs(1_000);
const compare = { seed: "s", direction: "higher", confidence: 0.95 } as const;
const binary = { seed: "s", isBinary: true, confidence: 0.95 } as const;
const continuous = { ...binary, isBinary: false } as const;

function times<Item>(count: number, make: (index: number) => Item): Item[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** Pairs with these differences. */
function differing(...differences: readonly number[]) {
  return differences.map((candidate) => ({ baseline: 0, candidate }));
}

/** Scores of both kinds, drawn from distributions whose mean is known. */
const drawn = {
  binary: (random: () => number, mean = 0.7) => Number(random() < mean),
  // Skewed, as graded scores are: most are near the upper end.
  continuous: (random: () => number, mean = 0.75) => random() ** (1 / mean - 1),
} as const;

const kinds = ["binary", "continuous"] as const;

describe("what is seen where there is no difference", () => {
  test.each(kinds.flatMap((kind) => [10, 30, 100].map((rows) => [kind, rows] as const)))(
    "of %s scores on %i rows is better or worse by chance, as seldom as the confidence says",
    (kind, rows) => {
      const random = randomNumbers(rows);
      const verdicts = times(comparisons, (index) => {
        // Rows differ in difficulty, so both versions' scores of a row go together.
        const pairs = times(rows, () => {
          const difficulty = 0.5 + random() / 2;
          const score = () => drawn[kind](random, difficulty);
          return { baseline: score(), candidate: score() };
        });
        return comparePairs(pairs, { ...compare, seed: `${index}` }).verdict;
      });
      // Each comes up in 2.5 % of comparisons at most; the rest is the luck of sampling.
      for (const wrong of ["better", "worse"]) {
        expect(verdicts.filter((verdict) => verdict === wrong).length).toBeLessThanOrEqual(
          0.05 * comparisons,
        );
      }
    },
  );
});

describe("a difference", () => {
  test.each([
    ["binary", 200, 0.55, 0.75, 0.9],
    ["continuous", 200, 0.6, 0.7, 0.9],
    ["binary", 30, 0.2, 0.9, 0.9],
  ] as const)("of %s scores on %i rows, %d against %d, is seen", (kind, rows, from, to, share) => {
    const random = randomNumbers(rows);
    const seen = times(40, (index) => {
      const pairs = times(rows, () => ({
        baseline: drawn[kind](random, from),
        candidate: drawn[kind](random, to),
      }));
      return comparePairs(pairs, { ...compare, seed: `${index}` }).verdict;
    });
    expect(seen.filter((verdict) => verdict === "better").length).toBeGreaterThan(40 * share);
    expect(seen).not.toContain("worse");
  });

  test("needs six rows, because five that agree do so by chance in 1 of 16 cases", () => {
    expect(comparePairs(differing(1, 1, 1, 1, 1), compare)).toEqual({
      difference: 1,
      low: 1,
      high: 1,
      rows: 5,
      verdict: "too few rows",
      enoughRows: 6,
    });
    expect(comparePairs(differing(1, 1, 1, 1, 1, 1), compare).verdict).toBe("better");
    // At 99 %, six that agree are one too few, and so are seven: 2 / 2^7 is more than 1 %.
    const strict = { ...compare, confidence: 0.99 };
    expect(comparePairs(differing(1, 1, 1, 1, 1, 1), strict)).toMatchObject({
      verdict: "too few rows",
      enoughRows: 8,
    });
    expect(comparePairs(differing(1, 1, 1, 1, 1, 1, 1, 1), strict).verdict).toBe("better");
  });

  test("that rows show too seldom has the number of rows that would show it", () => {
    // Five of ten rows differ, all upward: 2 / 2^5 is 6 %. Twelve rows would have six such.
    expect(comparePairs(differing(1, 1, 1, 1, 1, 0, 0, 0, 0, 0), compare)).toMatchObject({
      difference: 0.5,
      verdict: "too few rows",
      enoughRows: 12,
    });
    // Mean 0.2, deviation 0.632: ((1.96 + 0.84) * 0.632 / 0.2)^2 is 78.5.
    const mixed = differing(1, 1, 1, -1, 0, 0, 0, 0, 0, 0);
    expect(comparePairs(mixed, compare)).toMatchObject({
      difference: 0.2,
      verdict: "too few rows",
      enoughRows: 79,
    });
  });

  test("that would need more than ten times the rows is none", () => {
    const tiny = differing(1, 1, 1, 1, -1, -1, -1, 0, 0, 0);
    expect(comparePairs(tiny, compare).verdict).toBe("no difference seen");
    expect(comparePairs(differing(0, 0, 0, 0, 0, 0), compare)).toEqual({
      difference: 0,
      low: 0,
      high: 0,
      rows: 6,
      verdict: "no difference seen",
    });
  });

  test("without rows is unknown", () => {
    expect(comparePairs([], compare)).toMatchObject({
      rows: 0,
      verdict: "too few rows",
      enoughRows: 6,
    });
  });

  test("downward is better where low scores are good, and neither where no score is", () => {
    const lower = differing(-2, -3, -2, -4, -2, -3, -2);
    expect(comparePairs(lower, compare).verdict).toBe("worse");
    expect(comparePairs(lower, { ...compare, direction: "lower" }).verdict).toBe("better");
    expect(comparePairs(lower, { ...compare, direction: "none" }).verdict).toBe("different");
  });
});

describe("a comparison", () => {
  const score = fc.integer({ min: -5, max: 5 });
  const pairs = fc.array(fc.record({ baseline: score, candidate: score }), { maxLength: 40 });
  const mirrored = { better: "worse", worse: "better" } as const;
  const mirror = ({ verdict, ...rest }: PairedDifference) => ({
    ...rest,
    difference: 0 - rest.difference,
    low: 0 - rest.high,
    high: 0 - rest.low,
    verdict: verdict === "better" || verdict === "worse" ? mirrored[verdict] : verdict,
  });

  test("of the versions the other way round is the same with the other sign", () => {
    fc.assert(
      fc.property(pairs, (given) => {
        const swapped = given.map(({ baseline, candidate }) => ({
          baseline: candidate,
          candidate: baseline,
        }));
        const [one, other] = [comparePairs(given, compare), comparePairs(swapped, compare)];
        if (one.difference !== 0) expect(other).toEqual(mirror(one));
        else expect(other).toMatchObject({ difference: 0, verdict: one.verdict });
      }),
      { numRuns: 100 },
    );
  });

  test("is the same in any order of rows, and if all scores are higher", () => {
    fc.assert(
      fc.property(pairs, fc.integer({ min: -9, max: 9 }), (given, more) => {
        const moved = given.map(({ baseline, candidate }) => ({
          baseline: baseline + more,
          candidate: candidate + more,
        }));
        expect(comparePairs(moved.reverse(), compare)).toEqual(comparePairs(given, compare));
      }),
      { numRuns: 100 },
    );
  });

  test("with another seed has nearly the same interval", () => {
    const random = randomNumbers(1);
    const given = times(100, () => ({ baseline: random(), candidate: random() }));
    const [one, other] = ["a", "b"].map((seed) => comparePairs(given, { ...compare, seed }));
    expect(one).not.toEqual(other);
    expect(one?.low).toBeCloseTo(other?.low ?? 0, 1);
    expect(one?.difference).toBe(other?.difference);
  });
});

describe("the permutation test", () => {
  const random = randomFrom("s");

  test.each([
    [[1, 1, 1, 1, 1, 1], 2 / 64],
    [[1, 2, 3], 2 / 8],
    // Of 16 choices, both signs of 1+2+3+4, 2+3+4-1 and 1+3+4-2 are at least as far from 0 as 6.
    [[1, -2, 3, 4], 6 / 16],
    [[2, 2, 0, 0], 2 / 4],
    [[1, -1], 1],
    [[], 1],
  ])("of %j gives exactly %d", (differences, expected) => {
    expect(signFlipProbability(differences, random)).toBe(expected);
  });

  test("of more than 12 differences comes near the exact probability", () => {
    const differences = times(20, (index) => (index < 15 ? 1 : -1));
    // 15 or more heads of 20, or tails: 2 * 21,700 / 2^20.
    expect(Math.abs(signFlipProbability(differences, random) - 0.0414)).toBeLessThan(0.01);
  });
});

describe("an estimate", () => {
  test("of yes and no has Wilson's interval", () => {
    const eight = [1, 1, 1, 1, 1, 1, 1, 1, 0, 0];
    const { mean, low, high, rows } = estimate(eight, binary);
    expect([mean, rows]).toEqual([0.8, 10]);
    expect(low).toBeCloseTo(0.4902, 4);
    expect(high).toBeCloseTo(0.9433, 4);
    // Ten of ten are no certainty.
    expect(
      estimate(
        times(10, () => 1),
        binary,
      ).low,
    ).toBeCloseTo(0.7225, 4);
    expect(estimate([0], binary).high).toBeCloseTo(0.7935, 4);
  });

  test("of averaged repeats of yes and no has an interval by the bootstrap", () => {
    const { low, high } = estimate([0.5, 1, 1, 0.5, 0, 1], binary);
    expect(estimate([0.5, 1, 1, 0.5, 0, 1], continuous)).toMatchObject({ low, high });
  });

  test("of equal values is this value", () => {
    expect(estimate([0.25, 0.25], continuous)).toEqual({
      mean: 0.25,
      low: 0.25,
      high: 0.25,
      rows: 2,
    });
  });

  test("does not depend on the order of scores", () => {
    expect(estimate([3, 1, 2, 7], continuous)).toEqual(estimate([7, 3, 2, 1], continuous));
  });

  test.each([
    ["binary", 10, 0.7],
    ["binary", 200, 0.9],
    ["continuous", 10, 0.75],
    ["continuous", 30, 0.75],
  ] as const)(
    "of %s scores on %i rows holds the true mean %d as often as the confidence says",
    (kind, rows, mean) => {
      const random = randomNumbers(rows);
      const held = times(500, (index) => {
        const values = times(rows, () => drawn[kind](random, mean));
        const { low, high } = estimate(values, {
          seed: `${index}`,
          isBinary: kind === "binary",
          confidence: 0.95,
        });
        return low <= mean && mean <= high;
      });
      const share = held.filter(Boolean).length / held.length;
      // Wilson's interval of ten rows holds 0.7 in 92.4 % of samples, exactly.
      expect(share).toBeGreaterThan(0.9);
      expect(share).toBeLessThan(0.985);
    },
  );
});

describe("agreement", () => {
  function opinions(...counts: readonly [judge: string, person: string, count: number][]) {
    return counts.flatMap(([judge, person, count]) => times(count, () => ({ judge, person })));
  }

  test("is Cohen's kappa", () => {
    // Cohen's own kind of table: 20 and 15 agree; chance is 0.5 * 0.6 + 0.5 * 0.4.
    const given = opinions(["y", "y", 20], ["y", "n", 5], ["n", "y", 10], ["n", "n", 15]);
    const { kappa, agreed, rows } = agreement(given);
    expect([agreed, rows]).toEqual([0.7, 50]);
    expect(kappa).toBeCloseTo(0.4, 10);
  });

  test("is 1 where both say the same, 0 by chance, and negative where they disagree", () => {
    expect(agreement(opinions(["y", "y", 3], ["n", "n", 2])).kappa).toBeCloseTo(1, 10);
    const chance = opinions(["y", "y", 1], ["y", "n", 1], ["n", "y", 1], ["n", "n", 1]);
    expect(agreement(chance).kappa).toBe(0);
    expect(agreement(opinions(["y", "n", 1], ["n", "y", 1])).kappa).toBe(-1);
  });

  test("has no kappa where both say one thing of all rows", () => {
    expect(agreement(opinions(["y", "y", 9]))).toEqual({ agreed: 1, rows: 9 });
  });
});

test("quantiles are those of the tables", () => {
  expect(normalQuantile(0.975)).toBeCloseTo(1.96, 4);
  expect(normalQuantile(0.8)).toBeCloseTo(0.8416, 4);
  expect(studentQuantile(0.975, 9)).toBeCloseTo(2.262, 2);
  expect(studentQuantile(0.975, 5)).toBeCloseTo(2.571, 1);
});

test("random numbers below a number are all of them, equally often", () => {
  const random = randomFrom("s");
  const counts = [0, 0, 0, 0, 0, 0, 0];
  for (const _ of times(70_000, String)) {
    const drawnNumber = random.below(7);
    counts[drawnNumber] = (counts[drawnNumber] ?? 0) + 1;
  }
  expect(counts).toHaveLength(7);
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  expect(randomFrom("a").bits()).not.toBe(randomFrom("b").bits());
});

test("a worker process gives the same results, within its limits for 10,000 rows", async () => {
  const engine = startWorkers({ timeMs: 60_000 }).engineFor("caller");
  const random = randomNumbers(1);
  const values = times(10_000, random);
  const pairs = values.map((baseline) => ({ baseline, candidate: random() }));
  const opinions = values.map((value) => ({ judge: value > 0.5 ? "yes" : "no", person: "yes" }));
  expect(await engine.estimate(values, continuous)).toEqual(estimate(values, continuous));
  expect(await engine.comparePairs(pairs, compare)).toEqual(comparePairs(pairs, compare));
  expect(await engine.agreement(opinions)).toEqual(agreement(opinions));
});
