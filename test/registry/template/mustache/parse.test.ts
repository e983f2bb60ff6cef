import { describe, expect, it } from "vitest";
import { parseMustache } from "../../../../src/registry/template/mustache/parse.ts";

describe("parseMustache", () => {
  it("parses sections, variables, partials and texts, and skips comments and delimiters", () => {
    const text = "Hi {{ name }}{{! no }}{{#a}}{{{b}}}{{/a}}{{=<% %>=}}<%^c%>x<%/c%><%> p %>";
    expect(parseMustache(text)).toEqual([
      { kind: "text", text: "Hi " },
      { kind: "variable", name: "name", source: "{{ name }}" },
      {
        ...{ kind: "section", name: "a", inverted: false },
        inner: [{ kind: "variable", name: "b", source: "{{{b}}}" }],
      },
      { kind: "section", name: "c", inverted: true, inner: [{ kind: "text", text: "x" }] },
      { kind: "partial", name: "p" },
    ]);
  });

  it.each([
    ["an open section", "{{#a}}x", 'Unclosed section "a"'],
    ["a section that was not opened", "{{/a}}", 'Unopened section "a"'],
    ["an open tag", "{{a", "Unclosed tag"],
  ])("refuses %s", (_, text, problem) => {
    expect(() => parseMustache(text)).toThrow(problem);
  });

  it("parses 100 nested sections, and refuses more", () => {
    const nested = (count: number) => "{{#a}}".repeat(count) + "{{/a}}".repeat(count);
    expect(parseMustache(nested(100))).toHaveLength(1);
    for (const count of [101, 7_000]) {
      expect(() => parseMustache(nested(count))).toThrow("more than 100 sections are nested");
    }
  });
});
