import { describe, expect, test } from "vitest";
import { compareContracts } from "../../../src/registry/contract/compare-contracts.ts";
import type { ContractVerdict } from "../../../src/registry/contract/contract-change.ts";
import { contractOf } from "../../../src/registry/engine/contract-of.ts";
import type { JsonValue } from "../../../src/registry/json.ts";
import type { Template } from "../../../src/registry/types.ts";
import { templates } from "../../support/templates.ts";

interface Given {
  readonly text?: string;
  readonly template?: Template;
  readonly declared?: Readonly<Record<string, object>>;
  readonly responseFormat?: JsonValue;
  readonly modelConfig?: JsonValue;
  readonly mustache?: boolean;
}

describe("the line about a new version", () => {
  test.each<[string, Given, Given, string]>([
    [
      "the same",
      { text: "Hi {{a}}" },
      { text: "Hi {{a}}" },
      "Same: the wording, the contract and the LLM config are unchanged.",
    ],
    ["other words", { text: "Hi {{a}}" }, { text: "Dear {{a}}" }, "Compatible: wording only."],
    [
      "a new optional variable",
      { text: "{{a}}" },
      { text: "{{a}} {{tone}}", declared: { tone: { default: "kind" } } },
      'Adds the optional variable "tone"; callers need not change. It also changes the wording.',
    ],
    [
      "several of them",
      { text: "{{a}}" },
      { text: "{{a}} {{b}} {{c}}", declared: { b: { required: false }, c: { default: "" } } },
      'Adds the optional variables "b", "c"; callers need not change. It also changes the wording.',
    ],
    [
      "a new required variable",
      { text: "{{a}}" },
      { text: "{{a}} {{audience}}" },
      'Breaks callers: requires the new variable "audience". It also changes the wording.',
    ],
    [
      "a removed variable",
      { text: "{{a}} {{tone}}" },
      { text: "{{a}}" },
      'Breaks callers: no longer accepts "tone". It also changes the wording.',
    ],
    [
      "one removed and one added variable",
      { text: "{{tone}}" },
      { text: "{{audience}}" },
      'Breaks callers: requires the new variable "audience"; no longer accepts "tone" (renamed to "audience"?). It also changes the wording.',
    ],
    [
      "a renamed variable with its old name as alias",
      { text: "{{style}} {{a}}" },
      { text: "{{tone}} {{a}}", declared: { tone: { aliases: ["style"] } } },
      'Compatible: renames "style" to "tone", and still accepts "style"; changes the wording.',
    ],
    [
      "a renamed variable of Jinja2",
      { text: "{% if style %}{{ style }}{% endif %}" },
      { text: "{% if tone %}{{ tone }}{% endif %}", declared: { tone: { aliases: ["style"] } } },
      'Compatible: renames "style" to "tone", and still accepts "style"; changes the wording.',
    ],
    [
      "a renamed variable of a mustache section",
      { text: "{{#vip}}{{style}}{{/vip}}", mustache: true },
      {
        text: "{{#vip}}{{tone}}{{/vip}}",
        mustache: true,
        declared: { tone: { aliases: ["style"] } },
      },
      'Compatible: renames "style" to "tone", and still accepts "style"; changes the wording.',
    ],
    [
      "a renamed variable with fewer values",
      { text: "{{style}}" },
      { text: "{{tone}}", declared: { tone: { aliases: ["style"], enum: ["kind"] } } },
      'Breaks callers: accepts only "kind" for "tone". It also renames "style" to "tone", and still accepts "style"; changes the wording.',
    ],
    [
      "an alias that is gone",
      { text: "{{tone}}", declared: { tone: { aliases: ["style"] } } },
      { text: "{{tone}}" },
      'Breaks callers: no longer accepts "style" for "tone".',
    ],
    [
      "an alias that is a variable now",
      { text: "{{tone}}", declared: { tone: { aliases: ["style"] } } },
      { text: "{{tone}} {{style}}", declared: { style: { default: "" } } },
      'Breaks callers: takes "style" as "style", no longer as "tone". It also adds the optional variable "style"; changes the wording.',
    ],
    [
      "two variables that become one",
      { text: "{{style}} {{tone}}" },
      { text: "{{tone}}", declared: { tone: { aliases: ["style"] } } },
      'Breaks callers: takes "style" and "tone" as one value. It also renames "style" to "tone", and still accepts "style"; changes the wording.',
    ],
    [
      "a renamed variable whose old name is kept for another use",
      { text: "{{style}}" },
      { text: "{{tone}} {{style}}", declared: { tone: { aliases: ["style"] } } },
      'Breaks callers: requires the new variable "tone". It also changes the wording.',
    ],
    [
      "one removed and two added variables",
      { text: "{{a}}" },
      { text: "{{b}} {{c}}" },
      'Breaks callers: requires the new variable "b"; requires the new variable "c"; no longer accepts "a". It also changes the wording.',
    ],
    [
      "a variable that became required",
      { text: "{{a}}", declared: { a: { default: "x" } } },
      { text: "{{a}}" },
      'Breaks callers: requires "a", which was optional.',
    ],
    [
      "a variable that became optional",
      { text: "{{a}}" },
      { text: "{{a}}", declared: { a: { default: "x" } } },
      'Compatible: no longer requires "a".',
    ],
    [
      "another default",
      { text: "{{a}}", declared: { a: { default: "x" } } },
      { text: "{{a}}", declared: { a: { default: "y" } } },
      'Compatible: has the default "y" for "a".',
    ],
    [
      "a removed default of an optional variable",
      { text: "{% if a %}{% endif %}", declared: { a: { default: "x" } } },
      { text: "{% if a %}{% endif %}" },
      'Compatible: no longer has a default for "a".',
    ],
    [
      "fewer allowed values",
      { text: "{{a}}", declared: { a: { enum: ["x", "y"] } } },
      { text: "{{a}}", declared: { a: { enum: ["y", "z"] } } },
      'Breaks callers: no longer accepts "x" for "a".',
    ],
    [
      "allowed values instead of any value",
      { text: "{{a}}" },
      { text: "{{a}}", declared: { a: { enum: ["x"] } } },
      'Breaks callers: accepts only "x" for "a".',
    ],
    [
      "more allowed values",
      { text: "{{a}}", declared: { a: { enum: ["x"] } } },
      { text: "{{a}}", declared: { a: { enum: ["y", "x"] } } },
      'Compatible: also accepts "y" for "a".',
    ],
    [
      "any value instead of allowed values",
      { text: "{{a}}", declared: { a: { enum: ["x"] } } },
      { text: "{{a}}" },
      'Compatible: accepts any value for "a".',
    ],
    [
      "allowed values in another order",
      { text: "{{a}}", declared: { a: { enum: ["x", "y"] } } },
      { text: "{{a}}", declared: { a: { enum: ["y", "x"] } } },
      "Same: the wording, the contract and the LLM config are unchanged.",
    ],
    [
      "another description",
      { text: "{{a}}", declared: { a: { description: "x" } } },
      { text: "{{a}}", declared: { a: { description: "y" } } },
      'Compatible: describes "a" differently.',
    ],
    [
      "a removed description",
      { text: "{{a}}", declared: { a: { description: "x" } } },
      { text: "{{a}}" },
      'Compatible: no longer describes "a".',
    ],
    [
      "a first description",
      { text: "{{a}}" },
      { text: "{{a}}", declared: { a: { description: "x" } } },
      'Compatible: now describes "a".',
    ],
    [
      "another model",
      { text: "{{a}}", modelConfig: { model_name: "m", top_p: 1, seed: 7 } },
      { text: "{{a}}", modelConfig: { seed: 7, model_name: "n", stop_sequences: ["x"] } },
      'Compatible: changes the LLM config ("model_name" is "n", was "m", "top_p" is dropped, "stop_sequences" is ["x"]).',
    ],
    [
      "a model config in another notation",
      { text: "{{a}}", modelConfig: { model_name: "m", top_p: 1 } },
      { text: "{{a}}", modelConfig: { top_p: 1, model_name: "m" } },
      "Same: the wording, the contract and the LLM config are unchanged.",
    ],
    [
      "a first model config, with other words",
      { text: "Hi {{a}}" },
      { text: "Dear {{a}}", modelConfig: { model_name: "m" } },
      "Compatible: adds an LLM config; changes the wording.",
    ],
    [
      "a dropped model config, with a new variable",
      { text: "{{a}}", modelConfig: { model_name: "m" } },
      { text: "{{a}} {{b}}" },
      'Breaks callers: requires the new variable "b". It also drops the LLM config; changes the wording.',
    ],
    [
      "messages instead of a text",
      { text: "{{a}}" },
      { template: chat("{{a}}") },
      "Breaks callers: is a chat prompt, no longer a text prompt.",
    ],
    [
      "a response format",
      { text: "{{a}}" },
      { text: "{{a}}", responseFormat: { type: "object" } },
      "Breaks callers: asks for a response format.",
    ],
    [
      "a removed response format",
      { text: "{{a}}", responseFormat: { type: "object" } },
      { text: "{{a}}" },
      "Breaks callers: no longer asks for a response format.",
    ],
    [
      "another response format",
      { text: "{{a}}", responseFormat: { type: "object" } },
      { text: "{{a}}", responseFormat: { type: "array" } },
      "Breaks callers: asks for a different response format.",
    ],
    [
      "a response format in another notation",
      { text: "{{a}}", responseFormat: { type: "object", title: "t" } },
      { text: "{{a}}", responseFormat: { title: "t", type: "object" } },
      "Same: the wording, the contract and the LLM config are unchanged.",
    ],
  ])("%s", async (_, before, after, line) => {
    expect((await change(before, after)).line).toBe(line);
  });
});

describe("names outside of MLflow's variables", () => {
  test.each<[string, Given, Given, ContractVerdict]>([
    ["are taken and missed when they go", { text: "{{x-y}}" }, { text: "x" }, "breaking"],
    ["need not be given when they come", { text: "x" }, { text: "x {{x-y}}" }, "compatible"],
    ["are no JSON in double braces", { text: '{{"a": 1}}' }, { text: '{{"a": 2}}' }, "compatible"],
    [
      "cannot change the safe name of another argument",
      { text: "{{user.name}}" },
      { text: "{{user.name}}", declared: { user_name: {} } },
      "breaking",
    ],
  ])("%s", async (_, before, after, verdict) => {
    expect((await change(before, after)).verdict).toBe(verdict);
  });
});

describe("mustache sections", () => {
  test.each<[string, string, string, ContractVerdict]>([
    [
      "that are new, with all their variables",
      "{{a}}",
      "{{a}}{{#vip}}{{b}}{{/vip}}",
      "adds_optional",
    ],
    ["that need more", "{{#vip}}{{/vip}}", "{{#vip}}{{b}}{{/vip}}", "breaking"],
    ["that are shown to all old callers", "{{a}}", "{{a}}{{^vip}}{{b}}{{/vip}}", "breaking"],
    ["that need what is required", "{{a}}{{#s}}{{/s}}", "{{a}}{{#s}}{{a}}{{/s}}", "compatible"],
    ["that need what they are over", "{{#s}}{{/s}}", "{{#s}}{{s}}{{/s}}", "compatible"],
    ["that are never shown", "{{#s}}{{/s}}", "{{#s}}{{^s}}{{b}}{{/s}}{{/s}}", "adds_optional"],
    ["that need no more", "{{#s}}{{b}}{{/s}}", "{{#s}}x{{b}}{{b}}{{/s}}", "compatible"],
    [
      "that need it in fewer cases",
      "{{#s}}{{b}}{{/s}}",
      "{{#s}}{{#t}}{{b}}{{/t}}{{/s}}",
      "adds_optional",
    ],
    [
      "that need it in more cases",
      "{{#s}}{{#t}}{{b}}{{/t}}{{/s}}",
      "{{#s}}{{b}}{{/s}}{{#t}}{{/t}}",
      "breaking",
    ],
    ["that are gone", "{{#s}}{{b}}{{/s}}", "{{#s}}{{/s}}{{b}}", "breaking"],
    ["with a partial", "{{#s}}{{/s}}", "{{#s}}{{> p}}{{/s}}", "breaking"],
    ["with the same partial", "{{#s}}{{> p}}{{/s}}", "{{#s}}x {{> p}}{{/s}}", "compatible"],
  ])("%s", async (_, before, after, verdict) => {
    const change = await mustacheChange(before, after);
    expect(change.verdict).toBe(verdict);
  });

  test("report which sections need a variable", async () => {
    const before = "{{#s}}{{/s}}{{#t}}{{/t}}";
    const { line } = await mustacheChange(before, "{{#s}}{{^t}}{{b}}{{> p}}{{/t}}{{/s}}");
    expect(line).toBe(
      'Breaks callers: requires "b" where "s" is given and "t" is left out; includes the partial "p", which is not supported where "s" is given and "t" is left out. It also changes the wording.',
    );
  });

  test("are shown or not by the default", async () => {
    const text = "{{#s}}{{b}}{{/s}}";
    const shown = { s: { default: "x" } };
    const before = { text, mustache: true };
    expect((await change(before, { ...before, declared: shown })).verdict).toBe("breaking");
    expect((await change({ ...before, declared: shown }, before)).verdict).toBe("compatible");
    const filled = { ...before, declared: { b: { default: "x" } } };
    expect((await change(filled, before)).verdict).toBe("breaking");
    expect((await change(before, filled)).verdict).toBe("compatible");
  });

  test("are text without the tag that enables mustache", async () => {
    const text = "{{#s}}{{b}}{{/s}}";
    expect((await change({ text }, { text, mustache: true })).line).toBe(
      'Adds the optional variable "s"; callers need not change. It also no longer requires "b"; is read as mustache, no longer as MLflow\'s own syntax.',
    );
    expect((await change({ text, mustache: true }, { text })).line).toBe(
      'Breaks callers: requires "b", which was optional; no longer accepts "s". It also is read as MLflow\'s own syntax, no longer as mustache.',
    );
  });
});

describe("the types of arguments", () => {
  const loop = "{% for x in a %}{{ x }}{% endfor %}";
  const declare = (declaration: object) => ({ text: "{{a}}", declared: { a: declaration } });

  test.each<[string, Parameters<typeof change>[0], Parameters<typeof change>[0], string]>([
    [
      "a declared type that refuses texts breaks",
      { text: "{{a}}" },
      declare({ type: "number" }),
      'Breaks callers: accepts only a number for "a".',
    ],
    [
      "an inferred type that refuses texts breaks",
      { text: "{% if true %}{{ a }}{% endif %}" },
      { text: loop },
      'Breaks callers: accepts only a JSON list, such as ["a", "b"] for "a". It also changes the wording.',
    ],
    [
      "a type that all allowed values fit breaks nothing",
      declare({ enum: ["1", "2"] }),
      declare({ enum: ["1", "2"], type: "number" }),
      'Compatible: takes "a" as a number, no longer as a text.',
    ],
    [
      "a type that an allowed value does not fit loses the value",
      declare({ enum: ["1", "two"] }),
      declare({ enum: ["1", "two"], type: "number" }),
      'Breaks callers: no longer accepts "two" for "a". It also takes "a" as a number, no longer as a text.',
    ],
    [
      "no type any more widens",
      declare({ type: "number" }),
      { text: "{{a}}" },
      'Compatible: takes "a" as a text, no longer as a number.',
    ],
    [
      "a wider type widens",
      declare({ type: { type: "integer", minimum: 1 } }),
      declare({ type: "number" }),
      'Compatible: takes "a" as a number, no longer as a whole number.',
    ],
    [
      "another type breaks",
      declare({ type: "array" }),
      declare({ type: "object" }),
      'Breaks callers: accepts only a JSON object, such as {"name": "Ada"} for "a".',
    ],
    [
      "another JSON Schema is unclear",
      declare({ type: { type: "integer", minimum: 1 } }),
      declare({ type: { type: "integer", minimum: 2 } }),
      'Unclear: checks "a" against another JSON Schema.',
    ],
    [
      "the type string for a flag reads texts as they are",
      { text: "{% if a %}yes{% endif %}" },
      { text: "{% if a %}yes{% endif %}", declared: { a: { type: "string" } } },
      'Compatible: takes "a" as a text, no longer as true or false.',
    ],
    [
      "allowed values in another case break nothing",
      declare({ enum: ["Kind"] }),
      declare({ enum: ["kind"] }),
      'Compatible: also accepts "kind" for "a".',
    ],
    [
      "a mustache name that becomes an object breaks",
      { text: "{{! }}{{user}}", mustache: true },
      {
        text: "{{! }}{{user.name}}",
        mustache: true,
        declared: { "user.name": { required: false } },
      },
      'Breaks callers: accepts only a JSON object, such as {"name": "Ada"} for "user". It also adds the optional variable "user.name"; changes the wording.',
    ],
  ])("%s", async (_, before, after, line) => {
    expect((await change(before, after)).line).toBe(line);
  });
});

describe("what was called the same", () => {
  test("a text that becomes mustache has changed", async () => {
    const text = "{{a}}{{! note }}";
    expect((await change({ text }, { text, mustache: true })).line).toBe(
      "Compatible: is read as mustache, no longer as MLflow's own syntax.",
    );
  });

  test("an alias without a rename is a change", async () => {
    const text = "{{a}}";
    const after = { text, declared: { a: { aliases: ["b"] } } };
    expect((await change({ text }, after)).line).toBe('Compatible: also accepts "a" as "b".');
  });
});

describe("Jinja2", () => {
  const unclear =
    "Unclear: uses its values in Jinja2 in ways that may fail; render it before you use it.";

  test.each<[string, string, string, string]>([
    [
      "that takes any text is compatible",
      "{{a}}",
      "{% if a %}{{ a | upper }}{% endif %}",
      'Compatible: no longer requires "a"; changes the wording.',
    ],
    [
      "that may fail is unclear",
      "{% if a %}{{ a }}{% endif %}",
      "{% if a %}{{ (a | int) + 1 }}{% endif %}",
      `${unclear} It also changes the wording.`,
    ],
    [
      "that may fail as before is compatible",
      "{% if a %}{{ (a | int) + 1 }}{% endif %}",
      "Now {% if a %}it is {{ (a | int) + 1 }}{% endif %}.",
      "Compatible: wording only.",
    ],
    [
      "that may fail is unclear after plain text",
      "{{a}}",
      "{% if a %}{{ (a | int) + 1 }}{% endif %}",
      `${unclear} It also no longer requires "a"; changes the wording.`,
    ],
    [
      "that reads a text as an object breaks",
      "{{a}}",
      "{% if a %}{{ a.b }}{% endif %}",
      'Breaks callers: accepts only a JSON object, such as {"name": "Ada"} for "a". It also uses its values in Jinja2 in ways that may fail; render it before you use it; no longer requires "a"; changes the wording.',
    ],
    [
      "that cannot be read breaks",
      "{% if a %}{% endif %}",
      "{% if a %}",
      'Breaks callers: cannot be filled in: it contains "{%" and "%}", so it is Jinja2, but it cannot be parsed: "if" is not closed: "endif" is missing (line 1). It also changes the wording.',
    ],
    [
      "without its loop variable breaks nothing",
      "{% for x in a %}{{ x }}{% endfor %}",
      "{% for y in a %}{{ y }}{% endfor %}",
      "Compatible: wording only.",
    ],
    [
      "that becomes plain text requires its variables",
      "{% if a %}{% endif %}",
      "{{ a }}",
      'Breaks callers: requires "a", which was optional. It also changes the wording.',
    ],
  ])("%s", async (_, before, after, line) => {
    expect((await change({ text: before }, { text: after })).line).toBe(line);
  });

  test("may fail differently with another default", async () => {
    const text = "{% if a %}{{ a + b }}{% endif %}";
    const { verdict } = await change({ text }, { text, declared: { a: { default: "x" } } });
    expect(verdict).toBe("unclear");
  });
});

describe("an unreadable template", () => {
  const broken: Given = { template: { kind: "unreadable", text: "[", problem: "it is\nbroken" } };

  test.each<[string, Given, Given, string]>([
    ["breaks", { text: "a" }, broken, "Breaks callers: cannot be filled in: it is broken."],
    [
      "is corrected",
      broken,
      { text: "{{a}}" },
      "Compatible: can be filled in, which was impossible before.",
    ],
    ["stays", broken, broken, "Same: the wording, the contract and the LLM config are unchanged."],
    [
      "breaks again",
      broken,
      { text: "{{#s}}", mustache: true },
      'Breaks callers: cannot be filled in: it is marked as mustache, but it is not valid mustache: Unclosed section "s" (line 1).',
    ],
  ])("%s", async (_, before, after, line) => {
    expect((await change(before, after)).line).toBe(line);
  });
});

test("reasons are sorted worst first", async () => {
  const { reasons } = await change(
    { text: "{{a}} {{b}}", declared: { b: { enum: ["x"] } } },
    { text: "{{b}} {{c}} {{d}}", declared: { c: { default: "" } } },
  );
  expect(reasons).toEqual([
    { effect: "breaking", variable: "d", says: 'requires the new variable "d"' },
    { effect: "breaking", variable: "a", says: 'no longer accepts "a"' },
    { effect: "adds_optional", variable: "c", says: 'adds the optional variable "c"' },
    { effect: "compatible", variable: "b", says: 'accepts any value for "b"' },
    { effect: "compatible", says: "changes the wording" },
  ]);
});

function mustacheChange(before: string, after: string) {
  return change({ text: before, mustache: true }, { text: after, mustache: true });
}

async function change(before: Given, after: Given) {
  return compareContracts(await contract(before), await contract(after));
}

function contract({ text = "", template, declared = {}, mustache, ...given }: Given) {
  return contractOf(
    templates,
    {
      template: template ?? { kind: "text", text },
      tags: { "mcp.arguments": JSON.stringify(declared) },
      ...given,
    },
    { mustache },
  );
}

function chat(content: string): Template {
  return { kind: "chat", messages: [{ role: "user", content }] };
}
