import * as fc from "fast-check";

/** What templates are made of, and what they are not. */
export const templatePiece = fc.oneof(
  fc.constantFrom("{{", "}}", "{%", "%}", "{#", "#}", "{{-", "-}}", "{%-", "-%}", "{%+", "+%}"),
  fc
    .constantFrom(
      ..."if elif else endif for in recursive endfor set endset macro endmacro call endcall filter with".split(
        " ",
      ),
      ..."endfilter endwith raw endraw print not and or is include block none true a b loop x.y".split(
        " ",
      ),
    )
    .map((word) => ` ${word} `),
  fc.constantFrom(..."( ) [ ] { } . , : | = == != < <= + - * ** / // % ~ ; ! $ \\ ' \"".split(" ")),
  fc.constantFrom(
    "'x'",
    '"y"',
    "1",
    "1.5",
    "1e3",
    "0x1f",
    "0_0",
    "'\\x4",
    "\n",
    "\r\n",
    " ",
    "é",
    "🙂",
  ),
  fc.constantFrom("{% if a %}", "{% endif %}", "{{ a }}", "{% set a = 1 %}", "{% raw %}", "text"),
  fc.string({ unit: "binary", maxLength: 3 }),
);

const { expression } = fc.letrec<{ expression: string }>((tie) => {
  const inner = tie("expression");
  const item = inner.map((it) => `(${it})`);
  return {
    expression: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom(
        "a",
        "b.c",
        "d.0",
        "'x' 'y'",
        "1_000",
        "1e3",
        "0x1f",
        "none",
        "[]",
        "{}",
        "()",
      ),
      fc
        .tuple(item, fc.constantFrom("[1:]", "[:-1]", "[::2]", "[0]", ".x", "()", "(a, *b, **c)"))
        .map(([it, end]) => it + end),
      fc
        .tuple(inner, fc.constantFrom("+", "~", "**", "//", "==", "not in", "and", "or"), inner)
        .map(([left, operator, right]) => `${left} ${operator} ${right}`)
        // `not` binds less than operators, so it cannot stand behind one.
        .map((it) => it.replace(/(\+|~|\*\*|\/\/|==|not in) not /g, "$1 ")),
      fc
        .tuple(item, fc.constantFrom("|d", "|d(1)|upper", " is odd", " is not eq 1"))
        .map(([it, end]) => it + end),
      fc
        .tuple(item, item, inner)
        .map(([it, condition, other]) => `${it} if ${condition} else ${other}`),
      fc.tuple(inner, inner).map(([one, other]) => `{'k': (${one}), 'l': {1: (${other})}}`),
      item.map((it) => `-${it}`),
    ),
  };
});
const templates = fc.letrec<{ template: string }>((tie) => {
  const body = tie("template");
  return {
    template: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom("text", "{# note #}", "{%- raw -%} {{ {% endraw %}", "#} }} %}"),
      expression.map((it) => `{{- ${it} }}`),
      fc
        .tuple(expression, body, body)
        .map(([it, one, other]) => `{% if (${it}) %}${one}{% else %}${other}{% endif %}`),
      fc
        .tuple(expression, body)
        .map(([it, inner]) => `{% for x, (y, z) in (${it}) if x recursive -%}${inner}{% endfor %}`),
      expression.map((it) => `{% set a, n = (${it}), 1 +%}`),
      body.map((inner) => `{% set ns.a | upper %}${inner}{% endset %}`),
      fc
        .tuple(expression, body)
        .map(([it, inner]) => `{% macro m(a, b=(${it})) %}${inner}{% endmacro %}`),
      body.map((inner) => `{% call(a) m(1) %}${inner}{% endcall %}`),
      body.map((inner) => `{% filter upper | d %}${inner}{% endfilter %}`),
      fc
        .tuple(expression, body)
        .map(([it, inner]) => `{% with a = (${it}) %}${inner}{% endwith %}`),
      fc.tuple(body, body).map(([one, other]) => one + other),
    ),
  };
});

/** Templates by the rules of Jinja2. */
export const jinjaTemplate = templates.template;
