import { describe, expect, test } from "vitest";
import type { Values } from "../../../../src/registry/template/renderer.ts";
import { renderTemplate } from "../../../support/templates.ts";

const values: Values = { object: { a: 1 }, long: "a".repeat(100_000) };

describe("a template cannot block the process", () => {
  const doubling = (value: string, times = 60) =>
    `{% set a = ${value} %}${`{% set a = ${value.startsWith("[") ? "[a, a]" : "a ~ a"} %}`.repeat(times)}`;

  test("an empty text or list stays empty for any number of repetitions", async () => {
    expect(await rendered(inJinja("{{ [] * 100000000 }}{{ '' * 100000000 }}"), {})).toBe("[]");
  });

  test.each([
    ["a long range", "{{ range(10 ** 9) }}"],
    [
      "nested loops",
      "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
    ],
    ["doubled text", `${doubling("'abc'")}{{ a }}`],
    ["doubled lists, printed", `${doubling("[1]")}{{ a }}`],
    ["doubled lists, compared", `${doubling("[1]")}{% set b = a == [a, a] %}{{ a == a }}`],
    ["doubled lists, as JSON", `${doubling("[1]")}{{ a | tojson }}`],
    ["a list in itself", "{% set a = [1] %}{% set _ = a.append(a) %}{{ a }}"],
    [
      "a list that extends itself",
      "{% set a = [1] %}{% for i in range(99) %}{% set _ = a.extend(a) %}{% endfor %}",
    ],
    ["repeated text", "{{ 'a' * 10 ** 9 }}"],
    ["repeated lists", "{{ [1] * 10 ** 9 }}"],
    ["a long text repeated", "{{ ('x' * 500000000) | upper }}"],
    ["a wide indent", "{{ 'x' | indent(10 ** 9, true) }}"],
    ["wide JSON", "{{ object | tojson(10 ** 9) }}"],
    ["a replacement that grows", "{{ long.replace('a', long) }}"],
    [
      "much work without output",
      "{% for i in range(99999) %}{% set x = long.upper() %}{% endfor %}",
    ],
    ["much text in a loop", `{% for i in range(99999) %}${"x".repeat(1_000)}{% endfor %}`],
    [
      "a budget that is to be made negative",
      `{% set n = 1 | tojson(-1000000000000000) %}{{ 'x' * 500000000 }}`,
    ],
    ["characters to trim", "{% for i in range(99999) %}{{ long | trim('b' ~ long) }}{% endfor %}"],
    ["a test of a long text", "{% for i in range(99999) %}{{ long is lower }}{% endfor %}"],
    [
      "sameness of long texts",
      "{% set a = long ~ 'b' %}{% for i in range(99999) %}{{ a is sameas(long ~ 'b') }}{% endfor %}",
    ],
    [
      "a long needle",
      "{% for i in range(99999) %}{% if long ~ 'b' in long %}{% endif %}{% endfor %}",
    ],
    ["long text as JSON", "{% for i in range(99999) %}{% set x = long | tojson %}{% endfor %}"],
    ["long numbers", "{% for i in range(99999) %}{% set x = long | int %}{% endfor %}"],
    ["a long path", "{% set x = range(9999) | sort(attribute='a' ~ '.a' * 9999) %}"],
    ["a recursive loop", "{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}"],
    [
      "macros that call each other",
      "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}",
    ],
    ["many signs", `{{ ${"- ".repeat(20_000)}1 }}`],
    ["many operators", `{{ 1${" + 1".repeat(20_000)} }}`],
    ["many filters", `{{ 1${" | d".repeat(20_000)} }}`],
    ["recursion", "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}"],
    ["deep parentheses", `{{ ${"(".repeat(20_000)}1${")".repeat(20_000)} }}`],
    ["deep blocks", `${"{% if 1 %}".repeat(9_000)}${"{% endif %}".repeat(9_000)}`],
    ["large numbers", "{{ 10 ** 5000 }}"],
  ])("%s", async (_, template) => {
    await expect(rendered(inJinja(template), values)).rejects.toMatchObject({ kind: "invalid" });
  });
});

/** Makes sure that there is a block, for it is what makes a template Jinja2. */
function inJinja(template: string): string {
  return `{% set is_jinja = true %}${template}`;
}

async function rendered(text: string, given: Values): Promise<string> {
  const result = await renderTemplate({ kind: "text", text }, given);
  return result.kind === "text" ? result.text : "";
}
