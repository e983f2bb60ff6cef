import { describe, expect, test } from "vitest";
import type { Values } from "../../../../src/registry/template/renderer.ts";
import type { Template } from "../../../../src/registry/types.ts";
import { freeVariables, missingVariables, renderTemplate } from "../../../support/templates.ts";

describe("mustache, when a prompt opts in", () => {
  test.each<[string, string, Values, string]>([
    ["sections of a list", "{{#l}}{{.}},{{/l}}", { l: [1, "b"] }, "1,b,"],
    [
      "sections of objects",
      "{{#l}}{{n}}{{note}};{{/l}}",
      { l: [{ n: 1, note: "!" }, { n: 2 }] },
      "1!;2;",
    ],
    [
      "a section with a text",
      "{{#vip}}Dear {{name}}{{/vip}}",
      { vip: "yes", name: "Ada" },
      "Dear Ada",
    ],
    ["a section without a value", "{{#vip}}Dear {{name}}{{/vip}}.", {}, "."],
    ["inverted sections", "{{^l}}none{{/l}}{{^m}}none{{/m}}", { l: [1], m: [] }, "none"],
    ["no HTML escapes", "{{! note }}{{a}}{{{a}}}{{&a}}", { a: "<&>" }, "<&><&><&>"],
    [
      "flat dotted names first",
      "{{#x}}{{/x}}{{u.n}} {{v.n}}",
      { "u.n": "flat", u: { n: 1 }, v: { n: 2 } },
      "flat 2",
    ],
    ["other delimiters", "{{=<% %>=}}<% a %>{{ b }}", { a: "{{b}}", b: "no" }, "{{b}}{{ b }}"],
    ["values never expanded", "{{#x}}{{/x}}{{a}}", { a: "{{b}} $& \\1", b: "no" }, "{{b}} $& \\1"],
    [
      "JSON for other values",
      "{{#x}}{{/x}}{{a}} {{b}}",
      { a: { k: [1] }, b: true },
      '{"k":[1]} true',
    ],
    ["names of prototypes", "{{^x}}{{constructor}}{{/x}}", { constructor: "c" }, "c"],
    [
      "nothing of prototypes",
      "{{#l}}{{constructor}}{{toString}}{{__proto__}}{{/l}}{{#valueOf}}x{{/valueOf}}",
      { l: [{}] },
      "",
    ],
  ])("%s", async (_, text, values, expected) => {
    expect(await rendered(text, values)).toBe(expected);
  });

  test("names every reached variable without a value", async () => {
    const text = "{{#vip}}{{name}}{{/vip}}{{#no}}{{unreached}}{{/no}}{{a}}{{constructor}}";
    const template: Template = { kind: "text", text };
    const options = { mustache: true };
    expect(await missingVariables(template, { vip: "1" }, options)).toEqual([
      "name",
      "a",
      "constructor",
    ]);
    await expect(rendered(text, { vip: "1" })).rejects.toMatchObject({
      kind: "invalid",
      message: 'The template has no value for "name", "a", "constructor". Give a value for each.',
    });
  });

  test("with allowPartial, a variable without a value stays unchanged", async () => {
    const template: Template = { kind: "text", text: "{{#a}}{{ b }}{{/a}}{{{c}}}" };
    const options = { mustache: true, allowPartial: true };
    const result = await renderTemplate(template, { a: true }, options);
    expect(result).toEqual({ kind: "text", text: "{{ b }}{{{c}}}" });
  });

  test.each([
    ["{{> other}}", "invalid", 'includes the partial "other"'],
    ["{{#a}}", "unreadable", "Unclosed section"],
    [`${"{{#l}}".repeat(9)}x${"{{/l}}".repeat(9)}`, "invalid", "more than 1000000 steps"],
  ])("%s is refused", async (text, kind, message) => {
    const values = { l: Array.from({ length: 50 }, () => 1) };
    await expect(rendered(text, values)).rejects.toMatchObject({
      kind,
      message: expect.stringContaining(message),
    });
  });

  test("variables are the names of tags and sections", async () => {
    const text = "{{#items}}{{.}}{{n}}{{/items}}{{^none}}{{/none}}{{user.name}}{{{raw}}}{{n}}";
    const template: Template = { kind: "text", text };
    const names = ["items", "n", "none", "user.name", "raw"];
    expect(await freeVariables(template, { mustache: true })).toEqual(names);
  });

  test("without the opt-in, or without a tag of mustache, it is MLflow's syntax", async () => {
    const text = "{{#a}}{{b}}{{/a}}";
    expect(await renderTemplate({ kind: "text", text }, { b: "B" })).toEqual({
      kind: "text",
      text: "{{#a}}B{{/a}}",
    });
    expect(await rendered("{{ x-y }} {{ é }}", {})).toBe("{{ x-y }} {{ é }}");
  });
});

async function rendered(text: string, values: Values): Promise<string> {
  const result = await renderTemplate({ kind: "text", text }, values, { mustache: true });
  return result.kind === "text" ? result.text : "";
}
