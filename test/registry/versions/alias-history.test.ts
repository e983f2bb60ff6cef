import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  type AliasMove,
  extendAliasHistory,
  findPreviousTarget,
  findRecentDeparture,
  readAliasHistory,
} from "../../../src/registry/versions/alias-history.ts";

const at = "2026-11-28T12:00:00.000Z";

function historyOf(aliasHistory: string): readonly AliasMove[] {
  return readAliasHistory({ aliasHistory });
}

describe("a stored history", () => {
  it.each([
    ["no JSON", "[{"],
    ["no list", '{"alias":"a"}'],
    ["too long a text", JSON.stringify([{ alias: "a", at, reason: "x".repeat(5_000) }])],
  ])("is empty when it is %s", (_, stored) => {
    expect(historyOf(stored)).toEqual([]);
  });

  it("loses what is no move, and keeps the rest", () => {
    const stored = JSON.stringify([
      1,
      null,
      { alias: "a" },
      { alias: "a", at, to_version: 2, other: 1 },
    ]);

    expect(historyOf(stored)).toEqual([{ alias: "a", at, to_version: 2 }]);
  });

  it("is begun anew by a move when it cannot be read", () => {
    expect(historyOf(extendAliasHistory("[{", [{ alias: "a", to_version: 1, at }]))).toHaveLength(
      1,
    );
  });

  it("has room for the longest move there can be", () => {
    const move = {
      alias: "\u{20000}".repeat(255),
      from_version: 2_147_483_647,
      to_version: 2_147_483_647,
      at,
      by: '"'.repeat(200),
      reason: "\u0001".repeat(300),
      allow_breaking: true as const,
    };

    expect(historyOf(extendAliasHistory(undefined, [move]))).toEqual([move]);
  });
});

describe("the version that an alias pointed at before", () => {
  const history = [
    { alias: "other", from_version: 8, to_version: 9, at },
    { alias: "live", from_version: 1, to_version: 2, at },
    { alias: "live", to_version: 1, at },
  ];

  it("is where its last move came from", () => {
    expect(findPreviousTarget(history, "live", 2)).toBe(1);
  });

  it("is known of an alias that was deleted", () => {
    expect(
      findPreviousTarget([{ alias: "live", from_version: 2, at }, ...history], "live", undefined),
    ).toBe(2);
  });

  it.each([
    ["the alias was moved elsewhere since", "live", 3],
    ["the alias was deleted elsewhere since", "live", undefined],
    ["nothing was recorded of the alias", "staging", 1],
  ])("is not known when %s", (_, alias, target) => {
    expect(findPreviousTarget(history, alias, target)).toBeUndefined();
  });

  it("is not there when the last move created the alias", () => {
    expect(findPreviousTarget(history.slice(2), "live", 1)).toBeUndefined();
  });
});

describe("a version that was live within the last day", () => {
  beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-11-29T11:59:59Z") }));
  afterEach(() => void vi.useRealTimers());

  it("is one that the alias left less than 24 hours ago", () => {
    const history = [{ alias: "live", from_version: 1, to_version: 2, at }];

    expect(findRecentDeparture(history, "live", 1)).toEqual(history[0]);
    expect(findRecentDeparture(history, "live", 2)).toBeUndefined();
    expect(findRecentDeparture(history, "other", 1)).toBeUndefined();
    vi.setSystemTime(Date.parse("2026-11-29T12:00:00Z"));
    expect(findRecentDeparture(history, "live", 1)).toBeUndefined();
  });

  it("is none that the alias will leave, as the history says", () => {
    const history = [
      { alias: "live", from_version: 1, to_version: 2, at: "2026-11-30T00:00:00.000Z" },
    ];

    expect(findRecentDeparture(history, "live", 1)).toBeUndefined();
  });
});
