import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RegistryError } from "../../../src/registry/errors.ts";
import { Placeholders } from "../../../src/registry/template/placeholders.ts";
import { pythonSpace } from "../../../src/registry/template/python-space.ts";
import { runs } from "../../support/runs.ts";

/** MLflow's own way: a pattern of the names, which takes them literally. */
function replacedByPattern(text: string, names: readonly string[]): string {
  const literally = (name: string) => name.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  const pattern = `\\{\\{${pythonSpace}*(${names.map(literally).join("|")})${pythonSpace}*\\}\\}`;
  return text.replace(new RegExp(pattern, "g"), (_, name: string) => valueFor(name));
}

/** Says which name it was. */
function valueFor(name: string): string {
  return `<${JSON.stringify(name)}>`;
}

const sign = fc.constantFrom("{", "}", " ", "\t", "\u00a0", "\u001c", "a", "b", ".", "$", "é");
const name = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("a", "b", "ab", "a.b", "a b", "é") },
  { weight: 2, arbitrary: fc.array(sign, { maxLength: 4 }).map((signs) => signs.join("")) },
);
const spaces = fc.array(fc.constantFrom(" ", "\t"), { maxLength: 3 }).map((it) => it.join(""));

test("finds the same placeholders as the pattern", () => {
  let replaced = 0;
  const text = (names: readonly string[]) =>
    fc.array(
      fc.oneof(
        sign,
        fc.constantFrom("{{", "}}"),
        fc
          .tuple(spaces, fc.constantFrom(...names), spaces)
          .map(([before, it, after]) => `{{${before}${it}${after}}}`),
      ),
      { maxLength: 12 },
    );
  const cases = fc
    .uniqueArray(name, { minLength: 1, maxLength: 6 })
    .chain((names) => fc.tuple(fc.constant(names), text(names)));
  fc.assert(
    fc.property(cases, ([names, pieces]) => {
      const given = pieces.join("");
      const expected = replacedByPattern(given, names);
      if (expected !== given) replaced += 1;
      expect(new Placeholders(names).replace(given, valueFor)).toBe(expected);
    }),
    { numRuns: runs(3_000) },
  );
  expect(replaced).toBeGreaterThan(runs(1_000));
});

describe("with 100,000 characters on which a pattern takes quadratic time", () => {
  const many = 99_000;
  const opens = "{".repeat(many);
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ["spaces behind the braces", `{{${" ".repeat(many)}`, [" ", "\t"]],
    ["spaces and a name of spaces", `{{${" ".repeat(many)}x`, [`${" ".repeat(90)}\t`, "x"]],
    ["spaces behind a name", `{{a${" ".repeat(many)}`, ["a", "a ", "a  ", "a   "]],
    ["nothing but braces", opens, ["{", "{{", `${"{".repeat(80)}a`, "a"]],
    ["braces that begin a name", `${opens}}}`, [`${"{".repeat(80)}a`, "b"]],
    ["half a name in braces", "{{a".repeat(many / 3), ["{a{a{", "a"]],
    ["a name as long as the text", `{{${"a".repeat(many)}`, ["a".repeat(many), "b"]],
    ["as many names as fit", `{{ ${"a".repeat(many)} }}`, manyNames(100_000)],
  ];

  test.each(cases)("%s", (_, text, names) => {
    expect(new Placeholders(names).replace(text, valueFor)).toBe(text);
  });
});

test("refuses too many odd names", () => {
  const names = Array.from({ length: 300 }, (_, at) => `${" ".repeat(at)}a`);
  expect(() => new Placeholders(names)).toThrow(RegistryError);
});

function manyNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `name_${at}`);
}
