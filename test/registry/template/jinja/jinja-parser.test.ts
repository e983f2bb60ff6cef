import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jinjaLogic } from "../../../../src/registry/template/jinja/analysis/logic.ts";
import { parseJinja } from "../../../../src/registry/template/jinja/parse/parse.ts";
import { JinjaProblem } from "../../../../src/registry/template/jinja/problem.ts";
import { jinjaRenderer } from "../../../../src/registry/template/jinja/run/render.ts";
import { readTemplate } from "../../../../src/registry/template/reading.ts";
import { jinjaTemplate, templatePiece } from "../../../support/jinja-templates.ts";
import { runs } from "../../../support/runs.ts";

/** Whether the parser takes a text; anything but a `JinjaProblem` that it throws is a failure. */
function isRead(template: string): boolean {
  try {
    parseJinja(template);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(JinjaProblem);
    return false;
  }
}

describe("the parser", () => {
  test("parses any text, or says why not", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => void isRead(text)),
    );
  });

  test("parses any mixture of template fragments, or says why not", () => {
    const seen = { read: 0, refused: 0 };
    fc.assert(
      fc.property(fc.array(templatePiece, { maxLength: 30 }), (pieces) => {
        seen[isRead(pieces.join("")) ? "read" : "refused"] += 1;
      }),
      { numRuns: runs(3_000) },
    );
    expect(Math.min(seen.read, seen.refused)).toBeGreaterThan(runs(30));
  });

  test("parses every template that its grammar generates", () => {
    fc.assert(
      fc.property(jinjaTemplate, (text) => {
        expect(() => parseJinja(text), text).not.toThrow();
      }),
      { numRuns: runs(1_000) },
    );
  });

  test("keeps text without tags, except for line breaks", () => {
    const text = fc.string({ unit: "grapheme" }).filter((it) => !/\{[{%#]/.test(it));
    fc.assert(
      fc.property(text, (it) => {
        const expected = it.replace(/\r\n?/g, "\n").replace(/\n$/, "");
        expect(jinjaRenderer({}).render(it)).toBe(expected);
      }),
    );
  });
});

describe("a text of 100,000 characters is parsed fast", () => {
  const length = 100_000;
  const repeated = (unit: string) => unit.repeat(Math.ceil(length / unit.length));

  test.each([
    ["an open tag and spaces", `{{${repeated(" ")}`],
    ["an open block and spaces", `{%${repeated(" ")}`],
    ["braces", repeated("{")],
    ["closing braces", repeated("}")],
    ["an open comment", `{#${repeated("a")}`],
    ["hashes", `{#${repeated("# ")}`],
    ["comments", repeated("{##}")],
    ["comments that strip", repeated("  {#- -#}  ")],
    ["open blocks", repeated("{% if 1 %}")],
    ["parentheses", `{{ ${"(".repeat(50_000)}1${")".repeat(50_000)} }}`],
    ["open brackets", `{{ ${repeated("[{(")}`],
    ["raw blocks that do not begin", repeated("{% raw ")],
    ["raw blocks that do not end", `{% raw %}${repeated("{% endraw   ")}`],
    ["raw blocks", repeated("{% raw %}{% {% endraw %}")],
    ["spaces before a tag that strips", `${repeated(" ")}{{- 1 }}`],
    ["spaces behind a tag that strips", `{{ 1 -}}${repeated(" ")}x`],
    ["spaces between tags that strip", repeated(`${" ".repeat(500)}{{- 1 -}}`)],
    ["an open text", `{{ '${repeated("a")}`],
    ["backslashes", `{{ '${repeated("\\\\")}`],
    ["escapes", `{{ '${repeated("\\x41\\")}' }}`],
    ["digits", `{{ ${repeated("1")} }}`],
    ["digits with underscores", `{{ ${repeated("1_")}x }}`],
    ["zeros", `{{ ${repeated("0_1")} }}`],
    ["a fraction that is none", `{{ 1.${repeated("1_1")}_ }}`],
    ["a name", `{{ ${repeated("a")} }}`],
    ["members", `{{ a${repeated(".b")} }}`],
    ["signs", `{{ ${repeated("- ")}1 }}`],
    ["negations", `{{ ${repeated("not ")}1 }}`],
    ["terms", `{{ 1${repeated(" + 1")} }}`],
    ["comparisons", `{{ 1${repeated(" < 1")} }}`],
    ["conditions", `{{ 1${repeated(" if 1 else 1")} }}`],
    ["filters", `{{ 1${repeated(" | d")} }}`],
    ["texts side by side", `{{ ${repeated("'a' ")} }}`],
    ["items", `{{ [${repeated("1,")}] }}`],
    ["arguments", `{{ f(${repeated("a,")}) }}`],
    ["arguments by name", `{{ f(${repeated("a=1,")}) }}`],
    ["parameters", `{% macro m(${repeated("a,")}a) %}{% endmacro %}`],
    ["targets", `{% set ${repeated("a,")}a = 1 %}`],
    ["branches", `{% if a %}${repeated("{% elif a %}")}{% endif %}`],
    ["names that branches set", `${repeated("{% if a %}{% set b = 1 %}{% endif %}")}`],
    ["conjunctions", repeated(`{{ a${" and a".repeat(400)} }}`)],
    ["macros", repeated("{% macro m() %}{{ caller() }}{% endmacro %}")],
    ["lines", repeated("{{ 1 }}\n")],
    ["carriage returns", repeated("\r")],
    ["print", `{% print ${repeated("1,")}1 %}`],
  ])("%s", (_, text) => {
    const before = process.cpuUsage();
    isRead(text);
    readTemplate([text], "jinja2");
    jinjaLogic([text], [{ name: "a", kind: "text" }]);
    const { user, system } = process.cpuUsage(before);
    // What is not linear takes minutes.
    expect((user + system) / 1_000).toBeLessThan(3_000);
  });
});

describe("deep nesting is refused before the stack overflows", () => {
  test.each([
    ["parentheses", (n: number) => `{{ ${"(".repeat(n)}1${")".repeat(n)} }}`],
    ["lists", (n: number) => `{{ ${"[".repeat(n)}1${"]".repeat(n)} }}`],
    ["indexes", (n: number) => `{{ ${"a[".repeat(n)}1${"]".repeat(n)} }}`],
    ["calls", (n: number) => `{{ ${"a(".repeat(n)}1${")".repeat(n)} }}`],
    ["signs", (n: number) => `{{ ${"- ".repeat(n)}1 }}`],
    ["negations", (n: number) => `{{ ${"not ".repeat(n)}1 }}`],
    ["alternatives", (n: number) => `{{ ${"1 if 1 else ".repeat(n)}1 }}`],
    ["blocks", (n: number) => `${"{% if 1 %}".repeat(n)}${"{% endif %}".repeat(n)}`],
    ["targets", (n: number) => `{% set ${"(".repeat(n)}a${")".repeat(n)} = 1 %}`],
  ])("%s", (_, nested) => {
    // Jinja2 itself takes fewer than 100.
    expect(isRead(nested(98))).toBe(true);
    for (const depth of [101, 1_000, 30_000]) {
      expect(() => parseJinja(nested(depth))).toThrow("nested too deeply");
    }
  });

  test.each([
    ["terms", (n: number) => `{{ 1${" + 1".repeat(n)} }}`],
    ["filters", (n: number) => `{{ 1${" | d".repeat(n)} }}`],
    ["members", (n: number) => `{{ a${".b".repeat(n)} }}`],
    ["conjunctions", (n: number) => `{{ 1${" and 1".repeat(n)} }}`],
  ])("%s", (_, chained) => {
    expect(isRead(chained(490))).toBe(true);
    for (const count of [501, 30_000]) {
      expect(() => parseJinja(chained(count))).toThrow("nested too deeply");
    }
  });
});
