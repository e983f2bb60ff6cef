import { describe, expect, it } from "vitest";
import { reviewPrompt } from "../../../src/registry/suggestions/review.ts";
import { maxOfRule, suggestionRules } from "../../../src/registry/suggestions/suggestion.ts";
import type { WritableTemplate } from "../../../src/registry/types.ts";
import {
  type Template as PublishedTemplate,
  publishedPrompts,
} from "../../support/published-prompts.ts";
import { freeVariables } from "../../support/templates.ts";
import { type LabelledPrompt, labelled } from "./prompts.ts";

async function review({ prompt, described = [], hasResponseFormat = false }: LabelledPrompt) {
  const template = templateOf(prompt);
  const variables = (await freeVariables(template)).map((name) => ({
    name,
    isDescribed: described.includes(name),
  }));
  return reviewPrompt({ template, variables, hasResponseFormat });
}

function templateOf(prompt: string | readonly string[]): WritableTemplate {
  if (typeof prompt === "string") return { kind: "text", text: prompt };
  const messages = prompt.map((one) => {
    const at = one.indexOf(": ");
    return { role: one.slice(0, at), content: one.slice(at + 2) };
  });
  return { kind: "chat", messages };
}

describe.each(labelled)("the rule $rule", ({ rule, bad, good }) => {
  it.each(bad)("points at $prompt", async (one) => {
    const { suggestions } = await review(one);
    const found = suggestions.filter((suggestion) => suggestion.rule === rule);
    expect(found).not.toEqual([]);
    const shown = found.flatMap(({ passages }) => passages.map(({ text }) => text));
    if (one.shows) expect(shown).toEqual(one.shows);
  });

  it.each(good)("says nothing of $prompt", async (one) => {
    const { suggestions } = await review(one);
    expect(suggestions.filter((suggestion) => suggestion.rule === rule)).toEqual([]);
  });
});

it("says in which message and line a passage stands", async () => {
  const { suggestions } = await review({
    prompt: ["system: Be kind.", "user: One.\nTwo.\nTranslate {{ text }} into German."],
  });
  expect(suggestions.map(({ passages }) => passages)).toEqual([
    [{ message: 1, line: 3, text: "Translate {{ text }} into German." }],
  ]);
});

it("shows some suggestions of a rule, and counts the others", async () => {
  const names = Array.from({ length: 9 }, (_, index) => `x${index}`);
  const { suggestions, more } = await review({
    prompt: `Be kind.\n\n${names.map((name) => `{{ ${name} }}`).join("\n\n")}`,
  });
  expect(suggestions.length).toBe(maxOfRule);
  expect(more).toBe(names.length - maxOfRule);
});

it.each([
  ["braces", "{{".repeat(50_000)],
  ["statements", "{%".repeat(50_000)],
  ["tags", "{{ x }}".repeat(14_000)],
  ["different variables", Array.from({ length: 9_000 }, (_, n) => `{{ v${n} }}`).join(" ")],
  ["one line", "be brief and ".repeat(7_700)],
  ["sentences", "Be brief. In detail. Always x. ".repeat(3_300)],
  ["labels", "a: b\n".repeat(20_000)],
  ["lines", `${"x".repeat(99)}\n`.repeat(1_000)],
  ["spaces", " ".repeat(100_000)],
  ["dots", ".a".repeat(50_000)],
])("reads 100,000 characters of %s in less than a second of processor time", async (_, prompt) => {
  const begin = process.cpuUsage();
  await review({ prompt });
  const { user, system } = process.cpuUsage(begin);
  expect(user + system).toBeLessThan(1_000_000);
});

it("says of prompts that people publish what was reviewed", () => {
  const found = publishedPrompts().flatMap(({ file, template, arguments: names, format }) => {
    const { suggestions } = reviewPrompt({
      template: published(template),
      variables: names.map((name) => ({ name, isDescribed: false })),
      mustache: format === "mustache",
      hasResponseFormat: false,
    });
    const shown = suggestions.map(
      ({ rule, passages: [first] }) => `${rule}: ${first?.text.slice(0, 60)}`,
    );
    return shown.length === 0 ? [] : [[file, shown] as const];
  });
  const counts = suggestionRules.map((rule) => [
    rule,
    found.flatMap(([, shown]) => shown.filter((one) => one.startsWith(`${rule}:`))).length,
  ]);
  expect(Object.fromEntries([...counts, ...found])).toMatchSnapshot();
});

function published(template: PublishedTemplate): WritableTemplate {
  if (typeof template === "string") return { kind: "text", text: template };
  return { kind: "chat", messages: template.map((message) => ({ ...message })) };
}
