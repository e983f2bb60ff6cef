import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Values } from "../../../../src/registry/template/renderer.ts";
import { renderTemplate } from "../../../support/templates.ts";

// Recorded from Jinja2 3.1.6, as MLflow 3.17.2 uses it: a SandboxedEnvironment of defaults.
// Read without a schema, which would drop the key "__proto__".
const recorded: {
  readonly values: Values;
  readonly rendered: readonly { readonly template: string; readonly expected: string }[];
  readonly refused: readonly { readonly template: string }[];
} = JSON.parse(readFileSync(new URL("jinja2-cases.json", import.meta.url), "utf8"));

const values: Values = {
  text: "str",
  list: [3, 1, 2],
  object: JSON.parse('{"a":1,"__proto__":"p"}'),
  keywords: { __keywords: true, caller: "c" },
};

describe("renders as Jinja2 does", () => {
  test.each(recorded.rendered)("$template", async ({ template, expected }) => {
    expect(await rendered(template, recorded.values)).toBe(expected);
  });

  test.each(recorded.refused)("refuses $template", async ({ template }) => {
    await expect(rendered(template, recorded.values)).rejects.toMatchObject({
      name: "RegistryError",
    });
  });

  test("groups of groupby have named members", async () => {
    const template =
      "{% for g in list | groupby('t') %}{{ g.grouper }}:{{ g.list | length }};{% endfor %}";
    const list = [{ t: "b" }, { t: "a" }, { t: "b" }];
    expect(await rendered(template, { list })).toBe("a:1;b:2;");
  });

  test("a parameter without an argument hides a value of the same name", async () => {
    const template = "{% macro m(text) %}[{{ text }}]{% endmacro %}{{ m() }}";
    expect(await rendered(template, values)).toBe("[]");
  });

  test("changes of one message do not affect the next", async () => {
    const content = "{% set _ = list.append(9) %}{{ list }}";
    const messages = [
      { role: "user", content },
      { role: "user", content },
    ];
    const given = { list: [1] };
    const chat = await renderTemplate({ kind: "chat", messages }, given);
    expect(chat).toEqual({
      kind: "chat",
      messages: [
        { role: "user", content: "[1, 9]" },
        { role: "user", content: "[1, 9]" },
      ],
    });
    expect(given).toEqual({ list: [1] });
  });
});

describe("differs from Jinja2 as docs/templates.md says", () => {
  test.each([
    ['{% include "x" %}', '"include" is not supported'],
    ['{% import "x" as y %}', '"import" is not supported'],
    ['{% from "x" import y %}', '"import" is not supported'],
    ['{% extends "x" %}', '"extends" is not supported'],
    ["{% block b %}{% endblock %}", '"block" is not supported'],
    ["{% autoescape true %}{% endautoescape %}", '"autoescape" is not supported'],
    ["{{ list[] }}", 'an expression is expected, but "]" was found'],
  ])("%s is refused", async (template, reason) => {
    await expect(rendered(inJinja(template), values)).rejects.toThrow(reason);
  });
});

describe("errors name the line", () => {
  test("as a whole message", async () => {
    const template = "{% if true %}\n\n{{ missing.name }}{% endif %}";
    await expect(rendered(template, {})).rejects.toMatchObject({
      kind: "invalid",
      message:
        "The Jinja2 template cannot be rendered: 'missing' is undefined (line 3). Change the values, or register a corrected version.",
    });
  });

  test.each([
    ["{% set a = range() %}", "range() takes 1 to 3 numbers (line 1)"],
    ["{% if x.name() %}{% endif %}", "'x.name' is undefined (line 1)"],
    ["{% if missing > 3 %}{% endif %}", "'missing' is undefined (line 1)"],
    ["{% if 1 < 2 <= x.missing %}{% endif %}", "'x.missing' is undefined (line 1)"],
    ["{% if true %}{{ 1 + missing }}{% endif %}", "'missing' is undefined (line 1)"],
    ["{% set a = x.list() %}", "'x.list' is a list and cannot be called (line 1)"],
    ["{% set a = 'a'.replace() %}", 'replace() needs the argument "old" (line 1)'],
    ["{% set a = 1 | batch %}", 'the filter "batch" needs the argument "linecount" (line 1)'],
  ])("of %s", async (template, reason) => {
    await expect(rendered(template, { x: { list: [] } })).rejects.toMatchObject({
      kind: "invalid",
      message: expect.stringContaining(reason),
    });
  });

  test.each([
    ["an elif", "{% if no %}\n{% elif missing.name %}\n{% endif %}", 2],
    ["a macro", "{% macro m() %}\n{{ missing.name }}{% endmacro %}\n\n{{ m() }}", 2],
    ["a call of a macro", "{% macro m() %}\n{% endmacro %}\n{{ m() ~ missing.name }}", 3],
    ["a raw block before", "{% raw %}\n\n{% endraw %}{#\n#}\n{{ missing.name }}", 5],
  ])("in %s", async (_, template, line) => {
    await expect(rendered(template, {})).rejects.toMatchObject({
      kind: "invalid",
      message: expect.stringContaining(`'missing' is undefined (line ${line})`),
    });
  });

  test.each([
    ["{% if x %}", '"if" is not closed: "endif" is missing (line 1)'],
    [
      "\n{% for x in y %}\n{% if x %}{% endfor %}",
      '"endfor" is an unknown or misplaced tag; "if" of line 3 is not closed (line 3)',
    ],
    ["{% if x %}\n{{ (a, b] }}", '")" is expected, but "]" was found (line 2)'],
    ["{% set a = ][1) %}", '"]" closes no bracket (line 1)'],
    ["{% if %}{% endif %}", 'an expression is expected, but "%}" was found (line 1)'],
    ["{% set a = b.(c) %}", 'a name is expected, but "(" was found (line 1)'],
    ["{% set a =\n'x\n %}", "a string is not closed: ' is missing (line 2)"],
    ["%}\n{# {% #", 'a comment is not closed: "#}" is missing (line 2)'],
    ["{% raw %}\nx", '"raw" is not closed: "endraw" is missing (line 1)'],
    ["%}\n{%", "the template ends inside a tag (line 2)"],
    ["{% set 1 = 2 %}", 'a name is expected, but "1" was found (line 1)'],
    ["{% set a = b $ c %}", '"$" is unexpected here (line 1)'],
    ["{% set a = f(b=1, c) %}", "the arguments of a call are in the wrong order (line 1)"],
    ["{% set a = '\\x4' %}", 'a string has "\\x", which is not a character (line 1)'],
  ])("%s is unreadable", async (template, reason) => {
    await expect(rendered(template, {})).rejects.toMatchObject({
      kind: "unreadable",
      message: expect.stringContaining(`cannot be parsed: ${reason}.`),
    });
  });
});

describe("a template can access only its values", () => {
  test.each([
    "{{ text.constructor.constructor('return process')() }}",
    "{{ range.constructor('return process')() }}",
    "{{ text['con' ~ 'structor']() }}",
    "{{ text | attr('constructor') }}",
    "{{ text | constructor }}",
    "{{ text | __proto__ }}",
    "{{ text is constructor }}",
    "{{ [text] | map('constructor') | list }}",
    "{{ [object] | sum('constructor.constructor') }}",
    "{{ text.__class__.__mro__ }}",
    "{{ list.map('x') }}",
    "{% macro m() %}{{ caller.constructor('return process')() }}{% endmacro %}{% call m() %}{% endcall %}",
    "{% for i in list %}{{ loop.constructor.constructor() }}{% endfor %}",
    "{{ r/x/.constructor }}",
    "{{ super() }}",
  ])("%s is refused", async (template) => {
    await expect(rendered(inJinja(template), values)).rejects.toMatchObject({
      name: "RegistryError",
    });
  });

  test.each([
    "{{ ''.__class__ }}{{ [].constructor }}{{ {}.constructor }}{{ {}.__proto__ }}",
    "{{ cycler.constructor }}{{ joiner.__proto__ }}{{ list.length }}{{ object.size }}{{ object.set }}",
    "{{ constructor }}{{ __proto__ }}{{ toString }}{{ hasOwnProperty }}",
    "{{ process }}{{ globalThis }}{{ require }}{{ this }}{{ arguments }}",
    "{{ env }}{{ context }}{{ frame }}{{ runtime }}{{ cb }}{{ output }}{{ lineno }}{{ t_1 }}",
    "{% macro m() %}{% endmacro %}{{ m.constructor }}{{ m.call }}{{ m.apply }}{{ m.length }}",
    "{% set __proto__ = {'polluted': 1} %}{{ {}.polluted }}{{ dict(__proto__={'polluted': 1}).polluted }}",
    "{% set ns = namespace() %}{% set ns.__proto__ = {'polluted': 1} %}{{ ns.polluted }}",
  ])("%s is empty", async (template) => {
    expect(await rendered(inJinja(template), values)).toBe("");
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });

  test.each([
    '{{ a"+(globalThis.reached=1)+" }}',
    "{{ a`globalThis` }}",
    "{{ a\\x28 }}",
    '{{ text | a"+b }}',
    '{{ text is a"+b }}',
    '{{ text(a"b=1) }}',
    "{% macro m(a;b) %}{% endmacro %}",
    '{% macro m(a=1, "b"=2) %}{% endmacro %}',
    "{% macro m(a, b\\u0028=2) %}{% endmacro %}",
    "{% macro m;x() %}{% endmacro %}",
    '{% for a, b";x in list %}{% endfor %}',
    "{% set a;b = 1 %}",
    '{% set a"b %}{% endset %}',
    "{% call (a;b) m() %}{% endcall %}",
    '{% filter a"b %}{% endfilter %}',
    `{{ text['\\\\"+(globalThis.reached=1)+"']() }}`,
    "{% asyncEach a;b in list %}{% endeach %}",
    "{% switch text %}{% case 1 %}{% endswitch %}",
  ])("%s is not code", async (template) => {
    await expect(rendered(inJinja(template), values)).rejects.toMatchObject({
      name: "RegistryError",
    });
    expect(Reflect.get(globalThis, "reached")).toBeUndefined();
  });

  test("strings stay strings", async () => {
    const hostile = '\u2028\u2029`1`\\" + (globalThis.reached=1) + "';
    const template = inJinja(`${hostile}{{ '${hostile.replace("\\", "\\\\")}' }}`);
    expect(await rendered(template, {})).toBe(hostile + hostile);
    expect(Reflect.get(globalThis, "reached")).toBeUndefined();
  });

  test("a value is never taken as named arguments", async () => {
    const template = "{% macro m(a) %}{{ caller }}{% endmacro %}{{ m(keywords) }}";
    expect(await rendered(template, values)).toBe("");
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
