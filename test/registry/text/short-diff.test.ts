import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unifiedDiff } from "../../../src/registry/template/patch.ts";
import { shortenDiff } from "../../../src/registry/text/short-diff.ts";

const names = ["a", "b"] as const;
const rule = "Be kind to everybody who writes. ";
const long = rule.repeat(300);

function shortened(before: string, after: string): string {
  return shortenDiff(unifiedDiff(names, before, after));
}

describe("the shortened diff", () => {
  it("shows of one long line the part that differs", () => {
    expect(shortened(`${long}Be brief. ${long}`, `${long}Be terse. ${long}`)).toBe(
      [
        "--- a",
        "+++ b",
        "@@ -1,1 +1,1 @@",
        `-[...]${long.slice(-57)}Be brief. ${long.slice(0, 58)}[...]`,
        "\\ No newline at end of file",
        `+[...]${long.slice(-57)}Be terse. ${long.slice(0, 58)}[...]`,
        "\\ No newline at end of file",
        "",
      ].join("\n"),
    );
  });

  it("shows the beginning of long lines that stay", () => {
    const diff = shortened(`${long}\nBe brief.\n`, `${long}\nBe terse.\n`);

    expect(diff).toContain(` ${long.slice(0, 119)}[...]\n-Be brief.\n+Be terse.\n`);
  });

  it("compares each removed line with the one in its place", () => {
    const diff = shortened(`1 ${long}\n2 ${long}\n`, `1 ${long}!\n2 ${long}?\n3 new\n`);

    expect(diff.length).toBeLessThan(600);
    for (const end of ["!\n", "?\n", "+3 new\n"]) expect(diff).toContain(end);
  });

  it("shows whole what is added or removed without a counterpart", () => {
    expect(shortened("Hi\n", `Hi\n${long}\n`)).toContain(`+${long}\n`);
    expect(shortened(`Hi\n${long}\n`, "Hi\n")).toContain(`-${long}\n`);
  });

  it("leaves a diff of short lines as it is", () => {
    const text = fc.string({
      maxLength: 40,
      unit: fc.constantFrom("a", "-", "+", "\\", "\n", " "),
    });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diff = unifiedDiff(names, before, after);
        expect(shortenDiff(diff)).toBe(diff);
      }),
    );
  });

  it("is short for a change in one place, shows it, and splits no character", () => {
    const filler = fc.integer({ min: 0, max: 900 }).map((count) => "🙂é".repeat(count));
    const word = fc.stringMatching(/^[a-z]{1,20}$/);
    fc.assert(
      fc.property(filler, word, word, filler, (start, before, after, end) => {
        fc.pre(before !== after);
        const diff = shortened(`${start}<${before}>${end}`, `${start}<${after}>${end}`);
        expect(diff.length).toBeLessThan(900);
        expect(diff).not.toMatch(/\p{Surrogate}/u);
        const [removed, added] = ["-", "+"].map((sign) =>
          diff
            .split("\n")
            .find((line) => line.startsWith(sign) && !line.startsWith(sign.repeat(3))),
        );
        expect(removed).toContain(`<${before}>`);
        expect(added).toContain(`<${after}>`);
      }),
    );
  });
});
