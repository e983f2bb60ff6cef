import { describe, expect, it } from "vitest";
import { parseSections } from "../../bench/sections.ts";

describe("what is chosen to be measured", () => {
  it("is one section, or several", () => {
    expect(parseSections("gets")).toEqual(["gets"]);
    expect(parseSections("lists,scale")).toEqual(["lists", "scale"]);
  });

  it("is refused when there is no such section, and the error names the sections", () => {
    expect(() => parseSections("gets,nothing")).toThrow(
      'There is no section called "nothing". The sections are lists, gets, rates, evaluate, migrate, outage, view, install, scale.',
    );
    expect(() => parseSections("")).toThrow('called ""');
  });
});
