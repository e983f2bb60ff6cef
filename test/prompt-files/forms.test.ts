import { describe, expect, it } from "vitest";
import { formOfFile, newPromptFile } from "../../src/prompt-files/forms.ts";
import type { PromptContent } from "../../src/prompt-files/prompt-file.ts";

/** Reads a text as the file of that name. */
function read(fileName: string, text: string) {
  const found = formOfFile(fileName);
  if (found === undefined) throw new Error(`${fileName} is no prompt file.`);
  return found.form.read(text);
}

function edit(fileName: string, text: string, wanted: PromptContent) {
  const found = formOfFile(fileName);
  if (found === undefined) throw new Error(`${fileName} is no prompt file.`);
  return found.form.edit(text, wanted);
}

const promptyTwo = `---
name: triage
description: Sorts tickets   # for support
model:
    id: gpt-4o
    provider: openai
    options: { temperature: 0.20, maxOutputTokens: 300, seed: 7 }
inputs:
  # the mail
  - name: ticket
    kind: string
    description: Text of the ticket
    required: true
  - name: tone
    kind: string
    default: calm
    enumValues: [calm, formal]
template:
  format: {kind: jinja2}
authors: [ada]
---
system:
You sort tickets. Be {{ tone }}.

user:
{{ ticket }}
`;

describe("Prompty 2", () => {
  it("has messages, inputs, a model, and what a registry has no place for", () => {
    expect(read("triage.prompty", promptyTwo)).toEqual({
      name: "triage",
      description: "Sorts tickets",
      template: {
        kind: "chat",
        messages: [
          { role: "system", content: "You sort tickets. Be {{ tone }}." },
          { role: "user", content: "{{ ticket }}" },
        ],
      },
      arguments: {
        ticket: { description: "Text of the ticket", required: true },
        tone: { default: "calm", enum: ["calm", "formal"] },
      },
      modelConfig: {
        provider: "openai",
        model_name: "gpt-4o",
        temperature: expect.anything(),
        max_tokens: 300,
        extra_params: { seed: 7 },
      },
      hasDetails: true,
      unused: ["authors"],
    });
  });

  it("changes only what differs, with comments, order and spaces", () => {
    const file = read("triage.prompty", promptyTwo);
    const wanted: PromptContent = {
      ...file,
      description: "Sorts mail",
      template: {
        kind: "chat",
        messages: [
          { role: "system", content: "You sort mail. Be {{ tone }}." },
          { role: "user", content: "{{ ticket }}" },
        ],
      },
      arguments: {
        ...file.arguments,
        tone: { default: "formal", enum: ["calm", "formal"] },
      },
      tags: { team: "support" },
    };
    expect(edit("triage.prompty", promptyTwo, wanted)).toBe(
      `${promptyTwo
        .replace("Sorts tickets   # for support", '"Sorts mail" # for support')
        .replace("You sort tickets.", "You sort mail.")
        .replace("default: calm", 'default: "formal"')
        .replace("authors: [ada]\n", 'authors: [ada]\nmetadata:\n  tags:\n    team: "support"\n')}`,
    );
    expect(edit("triage.prompty", promptyTwo, file)).toBe(promptyTwo);
  });
});

describe("Prompty 1", () => {
  const text = `---
name: Basic Prompt
description: A basic prompt
authors: [sethjuarez]
model:
  api: chat
  configuration:
    type: azure_openai
    azure_endpoint: \${env:ENDPOINT}
    azure_deployment: gpt-4o
  parameters:
    max_tokens: 128
    temperature: 0.2
inputs:
  question: {type: string, description: What is asked}
  count: {type: number, default: 3}
sample:
  question: Who?
---
system:
Answer.

# user:
{{question}}
`;
  it("has typed inputs, a deployment and parameters; a connection stays in the file", () => {
    expect(read("basic.prompty", text)).toMatchObject({
      template: {
        messages: [
          { role: "system", content: "Answer." },
          { role: "user", content: "{{question}}" },
        ],
      },
      arguments: {
        question: { description: "What is asked" },
        count: { type: "number", default: "3" },
      },
      modelConfig: { provider: "azure_openai", model_name: "gpt-4o", max_tokens: 128 },
      unused: ["authors", "sample", "model.configuration"],
    });
  });
});

describe("dotprompt", () => {
  const text = `---
model: googleai/gemini-2.5-flash
config:
  temperature: 0.7
input:
  schema:
    city: string, where to go
    days?: integer
    style?(enum, how): [quick, slow]
  default:
    days: 3
output:
  format: json
  schema:
    plan(array): string
---
{{role "system"}}
You plan journeys.

{{role "user"}}
{{city}} for {{days}} days, {{style}}.
`;
  it("has roles, Picoschema, a config and an output schema", () => {
    expect(read("plan.prompt", text)).toEqual({
      template: {
        kind: "chat",
        messages: [
          { role: "system", content: "You plan journeys." },
          { role: "user", content: "{{city}} for {{days}} days, {{style}}." },
        ],
      },
      arguments: {
        city: { description: "where to go" },
        days: { required: false, type: { type: "integer" }, default: "3" },
        style: { required: false, description: "how", enum: ["quick", "slow"] },
      },
      modelConfig: { model_name: "googleai/gemini-2.5-flash", temperature: 0.7 },
      responseFormat: {
        type: "object",
        properties: { plan: { type: "array", items: { type: "string" } } },
        required: ["plan"],
        additionalProperties: false,
      },
      hasDetails: true,
      unused: [],
    });
  });

  it("is a text prompt without roles", () => {
    expect(read("x.prompt", "Hello {{name}}\n").template).toEqual({
      kind: "text",
      text: "Hello {{name}}",
    });
  });

  it("refuses what only Handlebars runs, with its line", () => {
    expect(() =>
      read("x.prompt", "---\nmodel: m\n---\n{{#each items}}\n{{this}}{{/each}}"),
    ).toThrow(/^line 4: "\{\{#each items" is Handlebars/);
  });
});

describe("texts", () => {
  it.each([
    ["a.txt", "Hello {{ name }}\r\n\tTabs  \r\n"],
    ["a.j2", "\uFEFF{% if x %}\n{{ x }}\n{% endif %}\n\n"],
    ["a.md", "\n# Title\n\n---\n\nText {{ x }}"],
    ["a.prompt.md", "---\nmode: agent\n---\n\nText {{ x }}\n"],
  ])("%s keeps every byte of the text", (name, text) => {
    const file = read(name, text);
    expect(file.template).toMatchObject({ kind: "text" });
    const { kind } = file.template;
    const old = kind === "text" ? file.template.text : "";
    expect(text.endsWith(old)).toBe(true);
    const template = { kind: "text", text: `${old}!` } as const;
    expect(edit(name, text, { ...file, template })).toBe(`${text}!`);
  });
});

describe("JSON", () => {
  const text = `[\n    {"role": "system", "content": "Be {{ tone }}."},\n    {"role": "user", "content": "{{ q }}"}\n]\n`;
  it("is a list of messages, changed in its place", () => {
    const file = read("a.json", text);
    const messages = [
      { role: "system", content: 'Be "kind".' },
      { role: "user", content: "{{ q }}" },
    ];
    expect(edit("a.json", text, { ...file, template: { kind: "chat", messages } })).toBe(
      text.replace("Be {{ tone }}.", 'Be \\"kind\\".'),
    );
  });

  it("names what is wrong in it", () => {
    expect(() => read("a.json", '[{"content": "x"}]')).toThrow(
      /^line 1: it is no list of messages/,
    );
    expect(() => read("a.json", "[1,")).toThrow(/^line 1: it is not JSON/);
  });
});

describe("a new file", () => {
  const chat = (content: string, role = "user"): PromptContent => ({
    template: { kind: "chat", messages: [{ role, content }] },
  });
  it.each([
    ["a chat", chat("Hi {{ x }}"), "p.prompty"],
    ["a text", { template: { kind: "text", text: "Hi {{ x }}" } }, "p.prompty"],
    ["a text that ends its last line", { template: { kind: "text", text: "Hi\n" } }, "p.txt"],
    [
      "such a text with details",
      { template: { kind: "text", text: "Hi\n" }, description: "A greeting" },
      "p.md",
    ],
    ["a content with a role line", chat("A:\nuser:\nB"), "p.json"],
    ["a content with spaces around", chat(" Hi "), "p.json"],
    ["a content with an image", chat("See ![x](a.png)"), "p.json"],
    ["a role that Prompty has not", chat("Hi", "tool"), "p.json"],
    ["a text with CR LF", { template: { kind: "text", text: "a\r\nb" } }, "p.txt"],
  ] as const)("of %s is exact", (_, content, fileName) => {
    const file = newPromptFile("p", content);
    expect(file.fileName).toBe(fileName);
    expect(read(fileName, file.text)).toMatchObject(content);
  });
});
