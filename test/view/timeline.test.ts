import { describe, expect, it } from "vitest";
import { passageAt } from "../../src/view/text/passage.ts";
import { mergeTimeline, type TimelinePages } from "../../src/view/text/timeline.ts";

const at = (hour: number) => `2026-03-01T${String(hour).padStart(2, "0")}:00:00.000Z`;

function version(number: number, hour: number) {
  const listed = { commit_message: `Change ${number}`, aliases: [], tags: {}, variables: [] };
  return { version: number, created_at: at(hour), author: "ann", ...listed };
}

function run(id: string, hour: number) {
  return {
    ...{ run_id: id, title: id, status: "finished" as const, started_at: at(hour) },
    prompts: [
      { name: "qa", version: 2 },
      { name: "other", version: 9 },
    ],
    metrics: [
      { metric: "correctness/mean", value: 0.9 },
      { metric: "rows/attempted", value: 20 },
    ],
  };
}

function pages(rest: Partial<TimelinePages> = {}): TimelinePages {
  return {
    versions: [
      {
        name: "qa",
        versions: [version(3, 9), version(2, 5)],
        alias_history: [
          { alias: "production", from_version: 1, to_version: 2, at: at(7), by: "ben" },
          { alias: "production", to_version: 1, at: at(2) },
        ],
      },
    ],
    runs: [{ runs: [run("r1", 6)] }],
    ...rest,
  };
}

describe("the time line", () => {
  it("has requests for reviews, approvals and refusals of each version", () => {
    const given = [
      { author: "ben", at: at(8), verdict: "approved" as const },
      { author: "cem", at: at(7), verdict: "declined" as const, reason: "Too long" },
    ];
    const requested = { author: "ann", at: at(6), asked: ["ben", "cem"] };
    const versions = [{ ...version(2, 5), reviews: { requested, given } }, version(1, 3)];

    const { entries } = mergeTimeline("qa", { versions: [{ name: "qa", versions }], runs: [] });

    expect(entries).toMatchObject([
      { kind: "review", version: 2, did: "approved", author: "ben" },
      { kind: "review", version: 2, did: "declined", author: "cem", reason: "Too long" },
      { kind: "review", version: 2, did: "requested", author: "ann", asked: ["ben", "cem"] },
      { kind: "version", version: 2 },
      { kind: "version", version: 1 },
    ]);
  });

  it("has versions, moves and evaluations, newest first", () => {
    const { entries, next } = mergeTimeline("qa", pages());

    expect(next).toBeUndefined();
    expect(entries.map(({ kind, at: time }) => [kind, time])).toEqual([
      ["version", at(9)],
      ["move", at(7)],
      ["evaluation", at(6)],
      ["version", at(5)],
      ["move", at(2)],
    ]);
    expect(entries[0]).toMatchObject({ author: "ann", before: 2, message: "Change 3" });
    expect(entries[2]).toMatchObject({
      versions: [2],
      means: [{ scorer: "correctness", mean: 0.9 }],
    });
  });

  it("ends where an older page could still have entries, and reads that page next", () => {
    const versions = [{ ...pages().versions[0], next_cursor: "v" }] as TimelinePages["versions"];
    const runs = [{ runs: [run("r1", 6)], next_cursor: "r" }];

    const { entries, next } = mergeTimeline("qa", pages({ versions, runs }));

    expect(entries.map(({ at: time }) => time)).toEqual([at(9), at(7), at(6)]);
    expect(next).toEqual({ of: "runs", cursor: "r" });
  });

  it("goes on after that page", () => {
    const versions = [{ ...pages().versions[0], next_cursor: "v" }] as TimelinePages["versions"];
    const runs = [{ runs: [run("r1", 6)], next_cursor: "r" }, { runs: [run("r2", 4)] }];

    const { entries, next } = mergeTimeline("qa", pages({ versions, runs }));

    expect(entries.map(({ at: time }) => time)).toEqual([at(9), at(7), at(6), at(5)]);
    expect(next).toEqual({ of: "versions", cursor: "v" });
  });
});

describe("a passage of a text area", () => {
  it("is what is selected, where the stored text has it", () => {
    expect(passageAt("One\r\nTwo three", 8, 13)).toEqual({ start: 9, quote: "three" });
  });

  it("is the line with the cursor where nothing is selected", () => {
    expect(passageAt("One\r\nTwo\r\nThree", 5, 5)).toEqual({ start: 5, quote: "Two" });
    expect(passageAt("\nTwo", 0, 0)).toBeUndefined();
    expect(passageAt("One", 0, 0)).toEqual({ start: 0, quote: "One" });
  });

  it("is cut between characters", () => {
    const { quote } = passageAt(`${"x".repeat(199)}🦉`, 0, 201) ?? {};
    expect(quote).toBe("x".repeat(199));
  });
});
