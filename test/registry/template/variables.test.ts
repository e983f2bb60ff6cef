import { describe, expect, test } from "vitest";
import { hasMustacheSyntax, templateSyntax } from "../../../src/registry/template/syntax.ts";
import type { Template } from "../../../src/registry/types.ts";
import { freeVariables, missingVariables, renderTemplate } from "../../support/templates.ts";

const unreadable: Template = { kind: "unreadable", text: "{{a}}", problem: "it is no list" };

describe("freeVariables", () => {
  test("of MLflow's syntax are its variables, in order of first appearance", async () => {
    expect(await freeVariables(text("{{b}} {{a.c}} {{b}} {{x-y}}"))).toEqual(["b", "a.c"]);
  });

  // As jinja2.meta.find_undeclared_variables of Jinja2 3.1.6 has them, and in order.
  test.each([
    [
      "{% for i in xs if i.ok %}{{ i }}{{ loop.index }}{{ y | upper }}{% endfor %}{{ i }}",
      "xs y i",
    ],
    ["{% for k, v in d.items() %}{{ k }}{{ v }}{% else %}{{ e }}{% endfor %}", "d e"],
    ["{% set q = a %}{{ q }}{{ z is string }}{{ w is eq(v) }}", "a z w v"],
    ["{{ f(name=b) }}{% set a, b = c %}{{ a }}{{ b }}", "b c"],
    [
      "{% macro m(p, d=dd) %}{{ p }}{{ d }}{{ caller() }}{{ out }}{% endmacro %}{{ m(1) }}",
      "dd out",
    ],
    ["{% call(x) m() %}{{ x }}{{ y }}{% endcall %}", "y"],
    ["{% if c %}{% set s = 1 %}{% endif %}{{ s }}", "c s"],
    ["{% if c %}{% set s = 1 %}{% else %}{% set s = 2 %}{% endif %}{{ s }}", "c"],
    ["{% set t %}{{ a }}{% endset %}{{ t }}{% filter upper %}{{ b }}{% endfilter %}", "a b"],
    ["{% set ns = namespace(x=0) %}{% set ns.x = n %}{{ ns.x }}{{ range(3) }}", "n"],
    [
      "{{ {k: v} }}{{ a[b].c }}{{ x if y else z }}{% if True and None %}{% endif %}",
      "k v a b x y z",
    ],
    ["{% raw %}{{ no }}{% endraw %}{# {{ no }} #}{% if yes %}{% endif %}", "yes"],
  ])("of Jinja2: %s", async (template, names) => {
    expect(await freeVariables(text(template))).toEqual(names.split(" "));
  });

  test("of a chat are those of all messages", async () => {
    const messages = [
      { role: "system", content: "{% if vip %}{{ a }}{% endif %}" },
      { role: "user", content: [{ type: "text", text: "{{ b | upper }}" }] },
    ];
    expect(await freeVariables({ kind: "chat", messages })).toEqual(["vip", "a", "b"]);
  });

  test("of invalid Jinja2 are what MLflow counts", async () => {
    expect(await freeVariables(text("100{% of it %} {{ a }}"))).toEqual(["a"]);
  });

  test("an unreadable template has none, and says what is wrong when it is rendered", async () => {
    expect(await freeVariables(unreadable)).toEqual([]);
    await expect(renderTemplate(unreadable, {})).rejects.toMatchObject({
      kind: "unreadable",
      message: expect.stringContaining("it is no list"),
    });
  });
});

test("missing are all variables without a value of their own", async () => {
  const template = text("{{a}} {{constructor}} {{__proto__}} {{b}}");
  expect(await missingVariables(template, { b: "" })).toEqual(["a", "constructor", "__proto__"]);
  await expect(renderTemplate(template, {})).rejects.toMatchObject({
    kind: "invalid",
    message:
      'The template has no value for "a", "constructor", "__proto__", "b". Give a value for each.',
  });
});

test("a rendering that grows without bound is stopped", async () => {
  const template = text("{{a}}".repeat(20_000));
  await expect(renderTemplate(template, { a: "x".repeat(100_000) })).rejects.toThrow(
    "more than 10000000 characters",
  );
});

test.each([
  ["{% if a %}", "jinja2"],
  ["%} and {%", "jinja2"],
  ["{# note #}{{ a }}", "mlflow"],
  ["{% alone", "mlflow"],
] as const)("the syntax of %s is %s", (template, syntax) => {
  expect(templateSyntax(text(template))).toBe(syntax);
});

test("one message makes the whole chat Jinja2", () => {
  const messages = [
    { role: "user", content: "{{ a }}" },
    { role: "user", content: "{% if a %}{% endif %}" },
  ];
  expect(templateSyntax({ kind: "chat", messages })).toBe("jinja2");
});

test.each([
  ["{{ name }} {{x-y}} { {#a} }", false],
  ["{{# a}}", true],
  ["{{ ^a}}", true],
  ["{{{a}}}", true],
  ["{{&a}}", true],
  ["{{!a}}", true],
  ["{{>a}}", true],
  ["{{=<% %>=}}", true],
])("%s has mustache's tags: %s", (template, expected) => {
  expect(hasMustacheSyntax(text(template))).toBe(expected);
});

function text(text: string): Template {
  return { kind: "text", text };
}
