import { describe, expect, test } from "vitest";
import { templates } from "../../support/templates.ts";
import { unfillable } from "../../support/unfillable-templates.ts";

function inspect(text: string, mustache = false) {
  return templates.inspect({ kind: "text", text }, { mustache });
}

describe("a template that nobody can fill in", () => {
  test.each(unfillable)(
    "because of %s is known to be so, with the line",
    async (_, text, problem) => {
      const found = await inspect(text);
      expect(found.problem).toContain(problem);
      expect(found.problem).toContain("{% raw %}");
      await expect(templates.render({ kind: "text", text }, {})).rejects.toThrow();
    },
  );

  test.each([
    ["a section that is not closed", "one\n{{#if a}}x{{/if}}", 'Unclosed section "if a" (line 2)'],
    ["a partial", "{{> header}}", 'includes the partial "header"'],
  ])("because of mustache's %s", async (_, text, problem) => {
    const found = await inspect(text, true);
    expect(found.problem).toContain(problem);
    expect(found.problem).toContain("mcp.template_format");
    const template = { kind: "text", text } as const;
    await expect(templates.render(template, {}, { mustache: true })).rejects.toThrow();
  });

  test("is any in which one message of a chat is so", async () => {
    const messages = [
      { role: "system", content: "{% if a %}x{% endif %}" },
      { role: "user", content: "## Title {#id}" },
    ];
    const { problem } = await templates.inspect({ kind: "chat", messages });
    expect(problem).toContain("a comment is not closed");
  });

  test("is one that is stored as no list of messages", async () => {
    const template = { kind: "unreadable", text: "[", problem: "it is no list" } as const;
    expect((await templates.inspect(template)).problem).toMatch(/^it is no list\. To mend it, /);
  });
});

describe("a template that somebody can fill in", () => {
  test.each([
    ["{{ name }} has {{ points }} points"],
    ["## Title {#intro}\n{{ name }}"],
    ["\\frac{a}{b} costs 5{%"],
    ["{% if a is defined %}{{ b | unknown }}{% endif %}"],
    ["{{ a and f() }}{% if b %}{{ f() }}{% endif %}"],
    ["{% macro f(x) %}{{ caller() }}{% endmacro %}{% call f(1) %}y{% endcall %}"],
    ["{% for x in xs recursive %}{{ loop(x.children) }}{% endfor %}"],
    [
      "{% set ns = namespace(n=0) %}{% for i in range(3) %}{% set ns.n = i %}{% endfor %}{{ ns.n }}",
    ],
    ["{% raw %}{% assign x = 1 %}{{#each xs}}{% endraw %}"],
  ])("has no problem: %s", async (text) => {
    expect(await inspect(text)).toEqual({ hints: [] });
  });

  test("has no problem with mustache's sections", async () => {
    expect(await inspect("{{#a}}{{> p}}{{/a}}{{{b}}}{{! note }}", true)).toEqual({ hints: [] });
  });
});

describe("text that looks like another language", () => {
  test.each([
    ["{{ a }}\n{{#if a}}x{{/if}}", '"{{#if a}}" (line 2) looks like Handlebars'],
    ["{{> header}}", '"{{> header}}" (line 1) looks like Handlebars'],
    ["{{{ html }}}", '"{{{ html }}}" (line 1) looks like Handlebars: here only the inner two'],
    ["{{ name | upcase }}", '"{{ name | upcase }}" (line 1) looks like a filter'],
    [
      "echo $\u007b{ secrets.TOKEN }}",
      '"$\u007b{ secrets.TOKEN }}" (line 1) looks like an expression of GitHub',
    ],
    ["{{ user-name }}", '"{{ user-name }}" (line 1) is not listed as a variable'],
    ["{% if a %}{% endif %}{{ user-name }}", '"{{ user-name }}" (line 1) is a subtraction'],
    ["{{ .Name }}", '"{{ .Name }}" (line 1) looks like a template of Go'],
    ["{{- .Name -}}", '"{{- .Name -}}" (line 1) looks like a template of Go'],
    ["{{ range .Items }}", '"{{ range .Items }}" (line 1) stays in the text'],
    ['{{role "user"}}', "stays in the text as it is: only a name stands between the braces"],
    ["{{ 名前 }}", '"{{ 名前 }}" (line 1) is not listed as a variable'],
    ["Hi <%= name %>", '"<%= name %>" (line 1) looks like ERB or EJS'],
    ["You are {role}.\n{question}", '"{role}" (line 1) looks like a variable of Python'],
    ["{# note #}", '"{# note #}" (line 1) looks like a comment'],
    ["{% if a %}{% endif %}\n# A {#one}\nand #}", '"{#one}" (line 2) begins a comment'],
  ])("is pointed out: %s", async (text, hint) => {
    const { problem, hints } = await inspect(text);
    expect(problem).toBeUndefined();
    expect(hints).toEqual([expect.stringContaining(hint)]);
  });

  test("is pointed out in mustache where it is no mustache either", async () => {
    const { hints } = await inspect("{{#a}}x{{else}}y{{/a}}", true);
    expect(hints).toEqual([expect.stringContaining('"{{else}}" (line 1) looks like Handlebars')]);
  });

  test("is pointed out once for each kind of text", async () => {
    const { hints } = await inspect("{{#if a}}{{ user-name }}{{/if}}{{#if b}}{{ c-d }}{{/if}}");
    expect(hints).toHaveLength(2);
  });

  test.each([
    ['[{"role": "user", "content": "{{ a }}"}]'],
    ['\n[\n  { "type": "chatmessage", "role": "system", "content": "{% if a %}x{% endif %}" } ]'],
    ['{"name": "p", "type": "chat", "prompt": [{"role": "user", "content": "x"}]}'],
    ['{"model": "m", "messages": [{"role": "user", "content": "x"}]}'],
    ['[{"lc": 1, "type": "constructor"}]'],
  ])("is pointed out where it is a chat prompt as JSON: %s", async (text) => {
    const { hints } = await inspect(text);
    expect(hints).toEqual([expect.stringMatching(/is JSON with chat messages, but .* one text/)]);
  });

  test("is no text in single braces that LaTeX, shells, Ruby or code have", async () => {
    const text =
      '\\begin{document} \\frac{aa}{bb} x^{nn} $\u007bHOME} #{name} @{file} %{name} f({}) {a b} `{word}` f"Hello {name}"';
    expect(await inspect(text)).toEqual({ hints: [] });
  });

  test("is nothing that JSON, CSS, prices or escaped braces have", async () => {
    const text = 'a{b:c} {"a": {"b": 1}} $\u007b{ amount }} {{"a": 1}} {{ }} { {x} } a||b';
    expect(await inspect(text)).toEqual({ hints: [] });
  });
});
