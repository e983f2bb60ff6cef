import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { jsonValue, parseJson } from "../../../src/registry/json.ts";
import { variablesOf } from "../../../src/registry/template/mlflow.ts";
import { chatMessage, type Template } from "../../../src/registry/types.ts";
import { missingVariables, renderTemplate } from "../../support/templates.ts";

// What MLflow 3.17.2's PromptVersion.format answers, and 3.18's where it differs.
const messages = z.array(chatMessage);
const formatCase = z.object({
  name: z.string(),
  template: z.union([z.string(), messages]),
  values: z.record(z.string(), jsonValue),
  allow_partial: z.boolean(),
  variables: z.array(z.string()),
  expected: z.union([z.string(), messages]).optional(),
  expected_3_18: z.union([z.string(), messages]).optional(),
  python_str: z.boolean().optional(),
  error: z.object({ missing: z.array(z.string()).optional() }).optional(),
});
type FormatCase = z.infer<typeof formatCase>;

const fixture = new URL("../../fixtures/format-cases.json", import.meta.url);
const cases = z.array(formatCase).parse(parseJson(readFileSync(fixture, "utf8")));

/** Where another answer than MLflow's is right, and why. */
const ours = new Map<string, FormatCase["expected"]>([
  // MLflow's Python parameters have these names.
  ["name: prompt (collides with a Python parameter)", "Rewrite: x"],
  ["name: self (collides with a Python parameter)", "x"],
  // Every string of a part is rendered; MLflow raises a TypeError.
  [
    "chat: content parts",
    [
      {
        role: "user",
        content: [
          { type: "text", text: "Hi A" },
          { type: "image_url", image_url: { url: "https://x/1.png" } },
        ],
      },
    ],
  ],
  // All keys stay, and content may be null; MLflow drops the keys, and raises an error for null.
  [
    "chat: null content",
    [
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "1", type: "function", function: { name: "f", arguments: "{}" } }],
      },
    ],
  ],
  ["chat: no content key", [{ role: "user" }]],
  [
    "jinja chat: null content raises",
    [
      { role: "user", content: "x" },
      { role: "assistant", content: null },
    ],
  ],
]);

describe("renders as MLflow does", () => {
  test.each(cases)("$name", async (it) => {
    const template = templateOf(it.template);
    const options = { allowPartial: it.allow_partial };
    const expected = ours.get(it.name) ?? it.expected_3_18 ?? it.expected;

    const rendering = renderTemplate(template, it.values, options);

    if (expected === undefined) {
      await expect(rendering).rejects.toMatchObject({ name: "RegistryError" });
    } else {
      const rendered = await rendering;
      expect(rendered.kind === "text" ? rendered.text : rendered.messages).toEqual(expected);
    }
  });

  test.each(cases)("variables: $name", ({ template, variables }) => {
    expect([...variablesOf(templateOf(template))].sort()).toEqual(variables);
  });

  test.each(cases.filter((it) => it.error?.missing))("missing: $name", async (it) => {
    const missing = await missingVariables(templateOf(it.template), it.values);
    expect([...missing].sort()).toEqual(it.error?.missing);
  });

  test("every exception is an existing case", () => {
    const names = new Set(cases.map(({ name }) => name));
    expect([...ours.keys()].filter((name) => !names.has(name))).toEqual([]);
  });
});

function templateOf(template: FormatCase["template"]): Template {
  if (typeof template === "string") return { kind: "text", text: template };
  // An empty list is a text prompt in MLflow.
  return template.length === 0
    ? { kind: "text", text: "[]" }
    : { kind: "chat", messages: template };
}
