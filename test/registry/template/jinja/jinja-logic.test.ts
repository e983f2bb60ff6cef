import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jinjaLogic } from "../../../../src/registry/template/jinja/analysis/logic.ts";
import { runs } from "../../../support/runs.ts";
import { renderTemplate } from "../../../support/templates.ts";

describe("a Jinja2 template that is proven never to fail", () => {
  test.each([
    "{{ a }} and {{ b | upper | default('x') }}",
    "{% if a and a.b %}{{ a.b }}{% elif b %}{{ b }}{% else %}none{% endif %}",
    "{% for c in a %}{{ loop.index }}{{ c.x }}{% else %}none{% endfor %}",
    "{% for c in ['x', a] if c %}{{ c }}{% endfor %}",
    "{{ a | default('x') | length }}{{ (b or 'none') ~ '!' }}{{ 'x' if a is defined else b }}",
    "{% set n = a %}{{ n }}{{ n == 'x' }}{{ 'x' in a }}{{ a is none }}{{ 'a' + 'b' }}",
    "{% if a is defined %}{{ a[0] }}{{ a | tojson }}{% endif %}{{ a | replace('x', 'y') }}",
    "{% set n %}{{ a }}{% endset %}{% raw %}{{ a | int }}{% endraw %}{# a.b.c #}",
    "{% filter upper %}{{ a }}{% endfilter %}{{ given.x }}{{ given < 'x' }}",
  ])("%s", async (text) => {
    const logic = await jinjaLogic([text], [{ name: "given", kind: "text" }]);
    expect(logic).toMatchObject({ neverFails: true });
  });

  test("renders with any texts", async () => {
    const seen = new Set<boolean>();
    await fc.assert(
      fc.asyncProperty(template, fc.array(values, { maxLength: 8 }), async (text, many) => {
        const source = `{% if true %}{% endif %}${text}`;
        const logic = await jinjaLogic([source], [{ name: "given", kind: "text" }]);
        const isSure = "neverFails" in logic && logic.neverFails;
        seen.add(isSure);
        for (const value of isSure ? [{ given: "" }, ...many] : []) {
          await renderTemplate({ kind: "text", text: source }, value);
        }
      }),
      { numRuns: runs(1_500) },
    );
    expect(seen).toEqual(new Set([true, false]));
  });
});

describe("a Jinja2 template that may fail", () => {
  test.each([
    ["a member of what may be missing", "{{ a.b }}"],
    ["a member of a member", "{{ given.b.c }}"],
    ["arithmetic", "{{ given + 1 }}"],
    ["a filter for numbers", "{{ given | round }}"],
    ["a filter that there is not", "{{ given | shout }}"],
    ["a number too large to print", `{{ ${"9".repeat(4_301)} }}`],
    ["a function", "{% for i in range(given) %}{% endfor %}"],
    ["a macro", "{% macro m() %}{% endmacro %}"],
    ["unpacking", "{% for x, y in given %}{% endfor %}"],
    ["a loop over what may be no list", "{% for x in given.y %}{% endfor %}"],
    ["an order of what may be missing", "{{ a < 'x' }}"],
    ["what one branch set", "{% if given %}{% set n = 'x' %}{% endif %}{{ n.y }}"],
    ["what a set may have emptied", "{% set given = a %}{{ given.y }}"],
    ["loop outside of a loop", "{{ loop.index }}"],
  ])("%s", async (_, text) => {
    expect(await jinjaLogic([text], [{ name: "given", kind: "text" }])).toMatchObject({
      neverFails: false,
    });
  });
});

describe("the shape of a Jinja2 template", () => {
  async function shapes(...texts: string[]) {
    const logic = await jinjaLogic(texts, []);
    return "shapes" in logic ? logic.shapes : [];
  }

  test("leaves out comments and the text between tags", async () => {
    const before = await shapes("Hello {{ a | int }}{% if a %}x{% endif %}");
    expect(await shapes("{# note #}{{ a | int }}\n{% if a -%} y {%- endif %}!")).toEqual(before);
  });

  test.each([
    ["another name", "{{ b | int }}"],
    ["another filter", "{{ a | float }}"],
    ["another argument", "{{ a | int(1) }}"],
    ["a number for a text", "{{ a | int('1') }}"],
    ["another branch", "{% if a %}{% else %}{{ a | int }}{% endif %}"],
  ])("distinguishes %s", async (_, text) => {
    expect(await shapes(text)).not.toEqual(await shapes("{{ a | int }}"));
  });

  test("is listed once for equal texts", async () => {
    expect(await shapes("{{ a }}", "Dear {{ a }}")).toHaveLength(1);
  });
});

describe("a Jinja2 template that cannot be parsed", () => {
  test.each([
    ["{% if %}", "line 1"],
    ["\n{% include 'x' %}", '"include" is not supported'],
    [`{{ ${"(".repeat(20_000)}a${")".repeat(20_000)} }}`, "nested too deeply"],
  ])("says why", async (text, reason) => {
    expect(await jinjaLogic(["fine", text], [])).toEqual({
      problem: expect.stringContaining(reason),
    });
  });
});

const name = fc.constantFrom("a", "b", "given", "c", "loop", "n", "range", "True");
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    name,
    fc.constantFrom("'x'", "1", "none", "''", "2.5"),
    fc
      .tuple(tie("expression"), fc.constantFrom("b", "upper", "index", "first"))
      .map(([it, member]) => `(${it}).${member}`),
    name.chain((it) => fc.constantFrom(`${it}.x`, `${it}[0]`, `${it}.index`, `${it}.upper`)),
    fc
      .tuple(
        tie("expression"),
        fc.constantFrom("upper", "default('x')", "d(a)", "length", "tojson", "int", "trim", "list"),
      )
      .map(([it, filter]) => `(${it}) | ${filter}`),
    fc.tuple(tie("expression"), tie("expression")).map(([it, by]) => `(${it}) | join(${by})`),
    fc
      .tuple(tie("expression"), tie("expression"))
      .map(([it, by]) => `(${it}) | replace(${by}, 'y')`),
    fc
      .tuple(
        tie("expression"),
        fc.constantFrom("~", "+", "and", "or", "==", "<", "in", "not in", "*"),
        tie("expression"),
      )
      .map(([left, operator, right]) => `(${left}) ${operator} (${right})`),
    fc
      .tuple(tie("expression"), fc.constantFrom("defined", "none", "odd", "string", "lower"))
      .map(([it, test]) => `(${it}) is ${test}`),
    fc
      .tuple(tie("expression"), tie("expression"), tie("expression"))
      .map(([it, condition, other]) => `(${it}) if (${condition}) else (${other})`),
    fc.tuple(tie("expression"), tie("expression")).map(([one, other]) => `[${one}, ${other}]`),
    tie("expression").map((it) => `not (${it})`),
  ),
}));
const { template } = fc.letrec<{ template: string }>((tie) => ({
  template: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    expression.map((it) => `{{ ${it} }}`),
    fc.constantFrom("text", "{# note #}"),
    fc
      .tuple(expression, tie("template"), tie("template"))
      .map(([it, body, other]) => `{% if ${it} %}${body}{% else %}${other}{% endif %}`),
    fc
      .tuple(fc.constantFrom("c", "a", "loop"), expression, tie("template"))
      .map(([item, it, body]) => `{% for ${item} in ${it} %}${body}{% endfor %}`),
    fc
      .tuple(fc.constantFrom("n", "a", "c"), expression)
      .map(([target, it]) => `{% set ${target} = ${it} %}`),
    fc.tuple(tie("template"), tie("template")).map(([one, other]) => one + other),
  ),
}));
const text = fc.constantFrom("", "x", "1", "aé", "{{ a }}");
const values = fc.record(
  { given: text, a: text, b: text, c: text, n: text, loop: text, range: text, True: text },
  { requiredKeys: ["given"] },
);
