import { describe, expect, test } from "vitest";
import { sectionNeeds } from "../../../../src/registry/template/mustache/section-needs.ts";

describe("what mustache needs in sections", () => {
  test.each([
    ["nothing outside of sections", "{{a}}{{#s}}text{{/s}}", []],
    ["a variable where a section is shown", "{{#s}}{{a}}{{/s}}", ["a in #s"]],
    ["or where it is not", "{{^s}}{{{a}}}{{/s}}", ["a in ^s"]],
    ["under all sections around it", "{{#s}}{{^t}}{{&a}}{{/t}}{{/s}}", ["a in #s ^t"]],
    ["every place by itself", "{{#s}}{{a}}{{/s}}{{#t}}{{a}}{{/t}}", ["a in #s", "a in #t"]],
    ["a section's own text", "{{#s}}{{.}}{{#.}}{{a}}{{/.}}{{^.}}{{b}}{{/.}}{{/s}}", ["a in #s"]],
    ["no item of all values", "{{#.}}{{a}}{{#s}}{{b}}{{/s}}{{/.}}{{^.}}{{c}}{{/.}}", []],
    ["a partial", "{{> p}}{{#s}}{{> q}}{{/s}}", ["partial p in ", "partial q in #s"]],
    ["behind other delimiters", "{{=<% %>=}}<%#s%><%a%>{{b}}<%/s%>", ["a in #s"]],
  ])("is %s", async (_, text, expected) => {
    const needs = await sectionNeeds(["plain", text]);
    const told = needs?.map(({ kind, name, sections }) => {
      const where = sections.map((it) => `${it.inverted ? "^" : "#"}${it.name}`).join(" ");
      return `${kind === "partial" ? "partial " : ""}${name} in ${where}`;
    });
    expect(told).toEqual(expected);
  });

  test("cannot be determined for invalid mustache", async () => {
    expect(await sectionNeeds(["fine", "{{#s}}"])).toBeUndefined();
  });
});
