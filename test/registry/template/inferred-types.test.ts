import { describe, expect, test } from "vitest";
import type { TemplateOptions } from "../../../src/registry/template/syntax.ts";
import { templates } from "../../support/templates.ts";

async function typesIn(text: string, options: TemplateOptions = {}) {
  const { parameters } = await templates.read({ kind: "text", text }, options);
  return Object.fromEntries(parameters.map(({ name, type }) => [name, type]));
}

describe("the type of a Jinja2 variable", () => {
  test.each([
    ["a loop", "{% for x in a %}{{ x }}{% endfor %}", "array"],
    ["a loop with a default", "{% for x in a | default([]) %}{{ x }}{% endfor %}", "array"],
    ["a loop over the reverse", "{% for x in a | reverse %}{{ x }}{% endfor %}", "array"],
    ["join", "{% if true %}{{ a | join(', ') }}{% endif %}", "array"],
    [
      "a list that is tested and printed",
      "{% if a %}{{ a }}{% for x in a %}{% endfor %}{% endif %}",
      "array",
    ],
    ["members of an item", "{% if true %}{{ a[0].name }}{% endif %}", "array"],
    ["items()", "{% for k, v in a.items() %}{{ k }}{% endfor %}", "object"],
    ["a member", "{% if a.name %}{{ a.name }}{% endif %}", "object"],
    ["a key", "{% if true %}{{ a['first name'] }}{% endif %}", "object"],
    ["a loop and a member", "{% for x in a %}{{ x }}{% endfor %}{{ a.size }}", "object"],
    ["a comparison with a number", "{% if a > 3 %}{{ a }}{% endif %}", "number"],
    ["an equation with a number", "{% if a == -1 %}none{% endif %}", "number"],
    ["range", "{% for x in range(a) %}{{ x }}{% endfor %}", "number"],
    ["a calculation", "{% if true %}{{ a - 1 }}{% endif %}", "number"],
    ["a product with a float", "{% if true %}{{ a * 1.1 }}{% endif %}", "number"],
    ["a test", "{% if a %}yes{% endif %}", "boolean"],
    ["a test in an elif", "{% if b %}{{ b }}{% elif not a %}no{% endif %}", "boolean"],
    ["a conditional", "{% if true %}{{ 'yes' if a else 'no' }}{% endif %}", "boolean"],
    ["a test of a defined flag", "{% if a is defined and a %}yes{% endif %}", "boolean"],
    ["a comparison with true", "{% if a == true %}{{ a }}{% endif %}", "boolean"],
    ["is true", "{% if a is true %}yes{% endif %}", "boolean"],
  ])("follows from %s", async (_, text, type) => {
    expect((await typesIn(text)).a).toBe(type);
  });

  test.each([
    ["only printed", "{% if true %}{{ a }}{% endif %}"],
    ["tested and printed", "{% if a %}{{ a }}{% endif %}"],
    ["tested and passed on", "{% if a %}{{ f(a) }}{% endif %}"],
    ["compared with a text", "{% if a == 'x' %}{% endif %}"],
    ["as long as a text can be", "{% if a | length > 3 %}{% endif %}"],
    ["converted", "{% if a | int > 3 %}{% endif %}"],
    [
      "asked for its type",
      "{% if a is string %}{{ a }}{% else %}{% for x in a %}{% endfor %}{% endif %}",
    ],
    ["used as a text and as a list", "{{ a | upper }}{% for x in a %}{% endfor %}"],
    ["assigned", "{% if a %}{% endif %}{% set a = 1 %}"],
    ["an item by a computed key", "{% for x in a %}{{ a[x] }}{% endfor %}"],
    ["sliced", "{% if true %}{{ a[:3] }}{% endif %}"],
  ])("stays open where it is %s", async (_, text) => {
    expect((await typesIn(text)).a).toBeUndefined();
  });

  test("is that of the outer variable, not of a loop variable with its name", async () => {
    const text = "{% for a in b %}{% if a %}{% endif %}{% endfor %}{{ a }}";
    expect(await typesIn(text)).toEqual({ b: "array", a: undefined });
  });
});

describe("a name that is only called", () => {
  test.each([
    "{% if not x %}{{ raise_exception('no x') }}{% endif %}",
    "{% if strftime_now is defined %}{{ strftime_now('%d') }}{% endif %}{% if x %}{% endif %}",
  ])("is no variable: %s", async (text) => {
    expect(Object.keys(await typesIn(text))).toEqual(["x"]);
  });

  test("is a variable where it is also read", async () => {
    expect(Object.keys(await typesIn("{% if true %}{{ a() }}{{ a }}{% endif %}"))).toEqual(["a"]);
  });

  test("leaves the template fillable where only some values reach it", async () => {
    const text = "{% if not x %}{{ raise_exception('no x') }}{% endif %}fine";
    expect((await templates.read({ kind: "text", text })).problem).toBeUndefined();
  });
});

describe("the type of a mustache section", () => {
  test.each([
    ["reads nothing", "{{#a}}text{{/a}}", "boolean"],
    ["is inverted", "{{^a}}{{b}}{{/a}}", "boolean"],
    ["reads names", "{{#a}}{{name}}{{/a}}", "section"],
    ["reads its item", "{{#a}}- {{.}}{{/a}}", "items"],
    ["reads its item in an inverted section", "{{#a}}{{^b}}{{.}}{{/b}}{{/a}}", "items"],
    ["is printed as well", "{{#a}}{{a}}{{/a}}", undefined],
  ])("that %s", async (_, text, type) => {
    expect((await typesIn(text, { mustache: true })).a).toBe(type);
  });
});
