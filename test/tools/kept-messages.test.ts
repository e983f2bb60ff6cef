import { describe, expect, it } from "vitest";
import type { ChatMessage } from "../../src/registry/types.ts";
import { callTool } from "../support/call-tool.ts";
import { connect, emptyRegistry, sessionOf } from "../support/embedded-session.ts";

/** A conversation as applications keep it, with every key that OpenAI and Anthropic have. */
const conversation = [
  {
    role: "system",
    content: [
      { type: "text", text: "Weather for {{ city }}.", cache_control: { type: "ephemeral" } },
    ],
  },
  { role: "user", name: "{{ who }}", content: "How is it?" },
  {
    role: "assistant",
    content: null,
    tool_calls: [
      {
        id: "c1",
        type: "function",
        function: { name: "get_weather", arguments: '{"city": "{{ city }}", "days": 2}' },
      },
    ],
  },
  { role: "tool", tool_call_id: "c1", name: "get_weather", content: "{{ weather }}" },
  {
    role: "user",
    content: [{ type: "file", file: { file_id: "file-1", filename: "{{ city }}.pdf" } }],
  },
];

const variables = { city: 'Par"is', who: "Ada", weather: "Sunny" };

async function registered(messages: readonly object[], tags: Record<string, string> = {}) {
  const registry = emptyRegistry();
  const client = await connect(sessionOf(registry));
  const answer = await callTool(client, "register_prompt", { name: "chat", messages, tags });
  expect(answer.text).toContain("Created prompt chat");
  return { registry, client };
}

describe("a chat prompt copied out of an application", () => {
  it("is stored with all its keys", async () => {
    const { registry, client } = await registered(conversation);
    const { template } = await registry.getVersion("chat", "latest");
    expect(template).toEqual({ kind: "chat", messages: conversation });
    const loaded = await callTool(client, "load_prompt", { name: "chat" });
    expect(loaded.structured).toMatchObject({
      messages: conversation,
      arguments: [{ name: "city" }, { name: "who" }, { name: "weather" }],
    });
  });

  it("is filled in everywhere, and its tool calls stay JSON", async () => {
    const { client } = await registered(conversation);
    const { structured, text } = await callTool(client, "render_prompt", {
      name: "chat",
      variables,
    });
    const messages = [
      {
        role: "system",
        content: [
          { type: "text", text: 'Weather for Par"is.', cache_control: { type: "ephemeral" } },
        ],
      },
      { role: "user", name: "Ada", content: "How is it?" },
      {
        role: "assistant",
        content: null,
        tool_calls: [
          {
            id: "c1",
            type: "function",
            function: { name: "get_weather", arguments: '{"city": "Par\\"is", "days": 2}' },
          },
        ],
      },
      { role: "tool", tool_call_id: "c1", name: "get_weather", content: "Sunny" },
      {
        role: "user",
        content: [{ type: "file", file: { file_id: "file-1", filename: 'Par"is.pdf' } }],
      },
    ];
    expect(structured).toMatchObject({ messages });
    expect(JSON.parse(text)).toEqual(messages);
  });

  it("is served with labels for what MCP has no form for", async () => {
    const { client } = await registered(conversation);
    const { messages } = await client.getPrompt({ name: "chat", arguments: variables });
    expect(
      messages.map(({ role, content }) => [role, content.type === "text" && content.text]),
    ).toEqual([
      ["user", 'Weather for Par"is.\n\n[user Ada]\nHow is it?'],
      ["assistant", '[tool call get_weather c1] {"city": "Par\\"is", "days": 2}'],
      ["user", "[tool get_weather c1]\nSunny"],
      ["user", '[file Par"is.pdf file-1]'],
    ]);
  });

  it.each([
    ["Jinja2", "{% if true %}Hi{% endif %}", "{{ city | upper }}", "PARIS"],
    ["mustache", "{{#city}}Hi{{/city}}", "{{{ city }}}", "Paris"],
  ])("is filled in everywhere in %s, too", async (_, content, inside, filled) => {
    const call = (text: string): ChatMessage => ({
      role: "assistant",
      content: null,
      tool_calls: [{ id: "c1", function: { name: "f", arguments: JSON.stringify({ q: text }) } }],
    });
    const tags = { "mcp.template_format": "mustache" };
    const { client } = await registered([{ role: "user", content }, call(inside)], tags);
    const { structured } = await callTool(client, "render_prompt", {
      name: "chat",
      variables: { city: "Paris" },
    });
    expect(structured).toMatchObject({ messages: [{ content: "Hi" }, call(filled)] });
  });

  it("has its syntax from its contents, as MLflow does, and not from its tool calls", async () => {
    const jinja = { name: "f", arguments: '{"q": "{% raw %}"}' };
    const { client } = await registered([
      { role: "user", content: "Hello {{ name }}" },
      { role: "assistant", content: "", tool_calls: [{ id: "c1", function: jinja }] },
    ]);
    const { structured } = await callTool(client, "render_prompt", {
      name: "chat",
      variables: { name: "Ada" },
    });
    expect(structured).toMatchObject({
      messages: [{ content: "Hello Ada" }, { tool_calls: [{ function: jinja }] }],
    });
  });

  it("is searched as a whole for text that readers do not see", async () => {
    const client = await connect(sessionOf(emptyRegistry()));
    const { structured } = await callTool(client, "register_prompt", {
      name: "chat",
      messages: [
        {
          role: "assistant",
          content: "",
          tool_calls: [{ id: "c1", function: { name: "f", arguments: "hid\u200bden" } }],
        },
      ],
    });
    expect(structured).toMatchObject({
      warnings: [expect.stringContaining("message 1 has invisible characters")],
    });
  });
});

describe("what comes out empty", () => {
  const messages = [
    { role: "user", content: "{{ question }}" },
    { role: "assistant", content: [{ type: "text", text: "{{ question }}" }] },
    { role: "user", content: "Go on." },
  ];

  it("is left out by render_prompt, which says so", async () => {
    const { client } = await registered(messages);
    const { structured, text } = await callTool(client, "render_prompt", {
      name: "chat",
      variables: { question: "" },
    });
    expect(structured).toMatchObject({
      messages: [{ role: "user", content: "Go on." }],
      notes: [
        "messages[0] (user) is empty and left out: model APIs refuse an empty text.",
        "messages[1] (assistant) is empty and left out: model APIs refuse an empty text.",
      ],
    });
    expect(text).toMatch(
      /^messages\[0\] \(user\) is empty and left out[\s\S]*^\| {5}"content": "Go on\."$/m,
    );
  });

  it("is left out by prompts/get", async () => {
    const { client } = await registered(messages);
    const given = { name: "chat", arguments: { question: " " } };
    expect((await client.getPrompt(given)).messages).toEqual([
      { role: "user", content: { type: "text", text: "Go on." } },
    ]);
  });

  it("is an error of prompts/get where nothing is left", async () => {
    const { client } = await registered(messages.slice(0, 2));
    await expect(client.getPrompt({ name: "chat", arguments: { question: "" } })).rejects.toThrow(
      "Prompt chat version 1 is empty with these values: give others. It has no message to send.",
    );
    const text = await connect(sessionOf(emptyRegistry()));
    await callTool(text, "register_prompt", { name: "blank", template: "\n" });
    await expect(text.getPrompt({ name: "blank" })).rejects.toThrow(
      "Prompt blank version 1 is empty. It has no message to send.",
    );
    const rendered = await callTool(text, "render_prompt", { name: "blank" });
    expect(rendered.structured).toMatchObject({
      text: "\n",
      notes: ["The text is empty: model APIs refuse an empty text."],
    });
    expect(rendered.text).toBe("The text is empty: model APIs refuse an empty text.");
  });
});

describe("register_prompt", () => {
  it.each([
    [{ role: "user", content: [{ type: "text" }] }, "a part of type text must have a text"],
    [{ role: "user", content: { text: "Hello" } }, "content must be a text, or a list of parts"],
    [{ content: "Hello" }, "role"],
  ])("refuses what is no message: %j", async (message, problem) => {
    const client = await connect(sessionOf(emptyRegistry()));
    const answer = await callTool(client, "register_prompt", { name: "x", messages: [message] });
    expect(answer).toMatchObject({ isError: true, text: expect.stringContaining(problem) });
  });
});
