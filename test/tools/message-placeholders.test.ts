import { describe, expect, it } from "vitest";
import { callTool } from "../support/call-tool.ts";
import { connect, emptyRegistry, sessionOf } from "../support/embedded-session.ts";

const langfuse = { type: "placeholder", name: "history" };
const langchain = { role: "placeholder", content: "{{ history }}" };

async function registered(messages: readonly object[], details: object = {}) {
  const registry = emptyRegistry();
  const client = await connect(sessionOf(registry));
  const answer = await callTool(client, "register_prompt", { name: "chat", messages, ...details });
  expect(answer.text).toContain("Created prompt chat");
  return { registry, client, answer };
}

const turns = [
  { role: "user", content: "What is {{ tone }}?" },
  { role: "ai", content: "A word.", tool_calls: [{ id: "c1", function: { name: "f" } }] },
];

describe.each([
  ["Langfuse's", langfuse],
  ["LangChain's", langchain],
  ["LangChain's, with single braces", { role: "placeholder", content: "{history}" }],
])("%s placeholder", (_, placeholder) => {
  const messages = [
    { role: "system", content: "Be {{ tone }}." },
    placeholder,
    { role: "user", content: "{{ question }}" },
  ];

  it("is an optional argument that takes messages", async () => {
    const { client } = await registered(messages);
    const { prompts } = await client.listPrompts();
    expect(prompts[0]?.arguments).toEqual([
      expect.objectContaining({ name: "tone", required: true }),
      expect.objectContaining({ name: "question", required: true }),
      {
        name: "history",
        required: false,
        description:
          'Value of {{ history }}. Takes chat messages: a JSON list such as [{"role": "user", "content": "Hello"}], or a text for one message',
      },
    ]);
    const loaded = await callTool(client, "load_prompt", { name: "chat" });
    expect(loaded.structured).toMatchObject({
      messages,
      arguments: [{ name: "tone" }, { name: "question" }, { name: "history", type: "messages" }],
    });
    const found = await callTool(client, "list_prompts", { variable: "history" });
    expect(found.structured).toMatchObject({
      prompts: [{ name: "chat", variables: ["tone", "question", "history"] }],
    });
  });

  it.each([
    ["JSON", JSON.stringify(turns)],
    ["one message as JSON", JSON.stringify(turns[0])],
    ["a text", "What is {{ tone }}?"],
    ["nothing", undefined],
    ["a blank text", " "],
    ["an empty list", "[]"],
  ])("takes %s in prompts/get, and replaces no variables in it", async (_, history) => {
    const { client } = await registered(messages);
    const args = { tone: "kind", question: "Why?", ...(history === undefined ? {} : { history }) };
    const got = await client.getPrompt({ name: "chat", arguments: args });
    const texts = got.messages.map(({ role, content }) => [
      role,
      content.type === "text" && content.text,
    ]);
    const asked = ["user", "Be kind.\n\nWhat is {{ tone }}?"];
    const answered = ["assistant", "A word.\n[tool call f c1] {}"];
    const last = ["user", "Why?"];
    if (history === undefined || history === " " || history === "[]") {
      expect(texts).toEqual([["user", "Be kind.\n\nWhy?"]]);
    } else if (history.startsWith("[")) expect(texts).toEqual([asked, answered, last]);
    else expect(texts).toEqual([asked, last]);
  });

  it("takes a list in render_prompt, and keeps all keys", async () => {
    const { client } = await registered(messages);
    const variables = { tone: "kind", question: "Why?", history: turns };
    const { structured } = await callTool(client, "render_prompt", { name: "chat", variables });
    expect(structured).toMatchObject({
      messages: [
        { role: "system", content: "Be kind." },
        ...turns,
        { role: "user", content: "Why?" },
      ],
    });
  });

  it.each([
    ["[1, 2]", "Item 0 is no message"],
    ['[{"role": "user", "content": "Hi"}, {"content": "Hi"}]', "Item 1 is no message (role)"],
    ['[{"role": "user", "content": 5}]', "Item 0 is no message (content)"],
    ['{"a": 1}', "Item 0 is no message (role)"],
    ['[{"role": "user", "content": "Hi"', "It begins like a JSON list, but is no valid JSON"],
  ])("refuses what is no messages: %s", async (history, problem) => {
    const { client } = await registered(messages);
    const given = { tone: "kind", question: "Why?", history };
    const error = `The argument "history" is `;
    await expect(client.getPrompt({ name: "chat", arguments: given })).rejects.toThrow(error);
    await expect(client.getPrompt({ name: "chat", arguments: given })).rejects.toThrow(problem);
    const rendered = await callTool(client, "render_prompt", { name: "chat", variables: given });
    expect(rendered).toMatchObject({ isError: true, text: expect.stringContaining(problem) });
  });

  it("takes a text in brackets that is no JSON", async () => {
    const { client } = await registered([placeholder]);
    const got = await client.getPrompt({ name: "chat", arguments: { history: "[1] A note" } });
    expect(got.messages).toEqual([{ role: "user", content: { type: "text", text: "[1] A note" } }]);
  });

  it.each([
    ["Jinja2", "{% if tone %}Be {{ tone }}.{% endif %}"],
    ["mustache", "{{#tone}}Be {{ tone }}.{{/tone}}"],
  ])("works in %s", async (_, content) => {
    const { client } = await registered([{ role: "system", content }, placeholder], {
      tags: { "mcp.template_format": "mustache" },
    });
    const { prompts } = await client.listPrompts();
    expect(prompts[0]?.arguments?.map(({ name }) => name).sort()).toEqual(["history", "tone"]);
    const args = { tone: "kind", history: "What is {{ tone }}{% if %}?" };
    const { messages: got } = await client.getPrompt({ name: "chat", arguments: args });
    expect(got).toEqual([
      { role: "user", content: { type: "text", text: "Be kind.\n\nWhat is {{ tone }}{% if %}?" } },
    ]);
  });

  it("may have a description, a default, or be required", async () => {
    const { client } = await registered([placeholder, { role: "user", content: "Go on." }], {
      arguments: { history: { description: "What was said", default: "Hi" } },
    });
    const { messages: got } = await client.getPrompt({ name: "chat" });
    expect(got.map(({ content }) => content)).toEqual([
      { type: "text", text: "Hi" },
      { type: "text", text: "Go on." },
    ]);
    const required = await registered([placeholder, { role: "user", content: "Go on." }], {
      arguments: { history: { required: true } },
    });
    await expect(required.client.getPrompt({ name: "chat" })).rejects.toThrow(
      'The argument "history" is missing.',
    );
    const wrong = await callTool(client, "register_prompt", {
      name: "wrong",
      messages: [placeholder],
      arguments: { history: { default: "[1]" } },
    });
    expect(wrong).toMatchObject({
      isError: true,
      text: expect.stringContaining('the default "[1]" of "history" does not fit its type'),
    });
  });
});

describe("a placeholder and a variable of the same name", () => {
  it("take the same value", async () => {
    const { client } = await registered([
      langfuse,
      { role: "user", content: "Above: {{ history }}" },
    ]);
    const { messages } = await client.getPrompt({ name: "chat", arguments: { history: "Hi" } });
    expect(messages.map(({ content }) => content)).toEqual([
      { type: "text", text: "Hi" },
      { type: "text", text: "Above: Hi" },
    ]);
    await expect(client.getPrompt({ name: "chat", arguments: { history: "[1]" } })).rejects.toThrow(
      'The value of "history" cannot be used: it must be chat messages',
    );
  });
});

describe("a change of placeholders", () => {
  const [question] = [{ role: "user", content: "{{ question }}" }];

  it.each([
    ["one more", [question], [langfuse, question], "adds_optional"],
    ["one less", [langfuse, question], [question], "breaking"],
    ["another form", [langfuse, question], [langchain, question], "compatible"],
    [
      "a text instead",
      [langfuse, question],
      [{ role: "user", content: "{% if history %}{{ history }}{% endif %}{{ question }}" }],
      "compatible",
    ],
    [
      "messages instead of a text",
      [{ role: "user", content: "{{ history }}" }, question],
      [langfuse, question],
      "breaking",
    ],
  ])("is compared: %s", async (_, before, after, verdict) => {
    const { client } = await registered(before);
    const { structured } = await callTool(client, "register_prompt", {
      name: "chat",
      messages: after,
      base_version: 1,
      dry_run: true,
    });
    expect(structured).toMatchObject({ contract_change: { verdict } });
  });
});

describe("what MLflow's own client cannot load", () => {
  it("is accepted, with a warning that says where it is", async () => {
    const { answer } = await registered([{ role: "user", content: "Hi" }, langfuse]);
    expect(answer.structured).toMatchObject({
      warnings: [
        `MLflow's Python client (3.17) cannot load this version, because of messages[1].role. This server can. To use it in Python as well, write the placeholder as {"role": "placeholder", "content": "{{ history }}"}.`,
      ],
    });
    const file = { type: "file", file: { file_id: "file-1" } };
    const other = await registered([{ role: "user", content: [file] }]);
    expect(other.answer.text).toContain(
      "Warning: MLflow's Python client (3.17) cannot load this version, because of messages[0].content.0.type. This server can.",
    );
  });

  it("has no warning where MLflow's client loads it", async () => {
    const { answer } = await registered([{ role: "user", content: "Hi" }, langchain]);
    expect(answer.text).not.toContain("Warning");
  });
});

describe("a message without a role", () => {
  it.each([[{ content: "Hi" }], [{ type: "human", content: "Hi" }], [{ type: "placeholder" }]])(
    "is refused: %j",
    async (message) => {
      const client = await connect(sessionOf(emptyRegistry()));
      const answer = await callTool(client, "register_prompt", { name: "x", messages: [message] });
      expect(answer).toMatchObject({
        isError: true,
        text: expect.stringContaining('it has no role such as "user"'),
      });
    },
  );
});

describe("what is no message", () => {
  it.each([
    [[["system", "Be kind"]], 'messages.0: a message must be an object such as {"role": "user"'],
    [["Be kind"], 'messages.0: a message must be an object such as {"role": "user"'],
    [{ role: "user", content: "Hi" }, 'messages: must be a list such as [{"role": "user"'],
  ])("is refused with the form that a message has: %j", async (messages, problem) => {
    const client = await connect(sessionOf(emptyRegistry()));
    const answer = await callTool(client, "register_prompt", { name: "x", messages });
    expect(answer).toMatchObject({ isError: true, text: expect.stringContaining(problem) });
  });
});
