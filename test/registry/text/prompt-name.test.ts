import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkNewPromptName, limits } from "../../../src/registry/limits.ts";
import { nearestName } from "../../../src/registry/text/prompt-name.ts";

const nearest = (name: string) => nearestName(name, limits.nameLength);

describe("the nearest name that a prompt can have", () => {
  it.each([
    ["folder/sub", "folder-sub"],
    ["folder\\sub", "folder-sub"],
    ["x:y", "x-y"],
    ["x@production", "x-production"],
    ["greet - v2", "greet-v2"],
    ["  two\twords ", "two-words"],
    ["../a/./b", "a-b"],
    ["été", "ete"],
    ["Straße", "Strasse"],
    ["ﬁn①", "fin1"],
    ["-kept-", "-kept-"],
    ["..", "prompt"],
    [".", "prompt"],
    ["/", "prompt"],
    ["要約", "prompt"],
  ])("of %j is %j", (name, expected) => {
    expect(nearest(name)).toBe(expected);
  });

  it("is a name that a new prompt can have, and its own nearest one", () => {
    const names = fc.string({ unit: "grapheme", maxLength: 300 });
    fc.assert(
      fc.property(names, (name) => {
        expect(() => checkNewPromptName(nearest(name))).not.toThrow();
        expect(nearest(nearest(name))).toBe(nearest(name));
      }),
    );
  });

  it("is the same for names that differ in what no name can have", () => {
    const gap = fc.stringMatching(/^[/: @é"'\\]{1,5}$/).filter((it) => !/\p{L}/u.test(it));
    fc.assert(
      fc.property(gap, gap, (one, other) => {
        expect(nearest(`a${one}b`)).toBe(nearest(`a${other}b`));
      }),
    );
  });
});
