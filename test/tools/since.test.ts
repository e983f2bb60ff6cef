import { describe, expect, it } from "vitest";
import { parseSince } from "../../src/tools/input/since.ts";

// A Saturday.
const now = Date.parse("2026-11-28T15:30:45.678Z");
const today = "2026-11-28T00:00:00.000Z";

const since = (text: string, at = now) => {
  const time = parseSince(text, at);
  return time === undefined ? undefined : new Date(time).toISOString();
};

describe("a time since which something changed", () => {
  it.each([
    ["today", today],
    ["Yesterday", "2026-11-27T00:00:00.000Z"],
    ["since yesterday", "2026-11-27T00:00:00.000Z"],
    ["7 days", "2026-11-21T00:00:00.000Z"],
    ["7 days ago", "2026-11-21T00:00:00.000Z"],
    ["7d", "2026-11-21T00:00:00.000Z"],
    ["last 7 days", "2026-11-21T00:00:00.000Z"],
    ["in the last 2 weeks", "2026-11-14T00:00:00.000Z"],
    ["2 weeks ago", "2026-11-14T00:00:00.000Z"],
    ["a week ago", "2026-11-21T00:00:00.000Z"],
    ["past week", "2026-11-21T00:00:00.000Z"],
    ["0 days", today],
    ["3 months", "2026-08-28T00:00:00.000Z"],
    ["1 year ago", "2025-11-28T00:00:00.000Z"],
    ["24 hours", "2026-11-27T15:30:00.000Z"],
    ["an hour ago", "2026-11-28T14:30:00.000Z"],
    ["45 min", "2026-11-28T14:45:00.000Z"],
    ["now", "2026-11-28T15:30:00.000Z"],
    ["this week", "2026-11-23T00:00:00.000Z"],
    ["last week", "2026-11-16T00:00:00.000Z"],
    ["this month", "2026-11-01T00:00:00.000Z"],
    ["last month", "2026-10-01T00:00:00.000Z"],
    ["last year", "2025-01-01T00:00:00.000Z"],
    ["monday", "2026-11-23T00:00:00.000Z"],
    ["last Friday", "2026-11-27T00:00:00.000Z"],
    ["saturday", "2026-11-21T00:00:00.000Z"],
    ["2026-01-31", "2026-01-31T00:00:00.000Z"],
    ["2026-01-31T08:00:00Z", "2026-01-31T08:00:00.000Z"],
    ["2026-01-31T08:00:00+01:00", "2026-01-31T07:00:00.000Z"],
    ["2026-01-31T08:00:00", "2026-01-31T08:00:00.000Z"],
    ["2026-01-31 08:00", "2026-01-31T08:00:00.000Z"],
  ])("is read from %j as %s", (text, time) => {
    expect(since(text)).toBe(time);
  });

  it("ends in a shorter month with its last day, and crosses the start of a year", () => {
    expect(since("1 month", Date.parse("2026-03-31T12:00:00Z"))).toBe("2026-02-28T00:00:00.000Z");
    expect(since("2 months ago", Date.parse("2026-01-15T12:00:00Z"))).toBe(
      "2025-11-15T00:00:00.000Z",
    );
    expect(since("last month", Date.parse("2026-01-15T12:00:00Z"))).toBe(
      "2025-12-01T00:00:00.000Z",
    );
    expect(since("this week", Date.parse("2026-11-29T12:00:00Z"))).toBe("2026-11-23T00:00:00.000Z");
  });

  it.each([
    "",
    "1",
    "week",
    "tomorrow",
    "2026-02-30",
    "2026-13-01",
    "days",
    "next week",
    "99999 days",
  ])("is not read from %j", (text) => {
    expect(since(text)).toBeUndefined();
  });
});
