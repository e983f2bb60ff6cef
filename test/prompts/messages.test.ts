import { describe, expect, it } from "vitest";
import { plainRendering, type SystemRole, toPromptMessages } from "../../src/prompts/messages.ts";
import type { ChatMessage } from "../../src/registry/types.ts";

function chat(...messages: ChatMessage[]) {
  return toPromptMessages({ kind: "chat", messages });
}

function text(role: "user" | "assistant", words: string) {
  return { role, content: { type: "text", text: words } };
}

const png = { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } };

describe("a rendered prompt as MCP messages", () => {
  it("is one user message when it is a text", () => {
    expect(toPromptMessages({ kind: "text", text: "Hello" })).toEqual([text("user", "Hello")]);
  });

  it("folds the system message into the user message that follows, system text first", () => {
    expect(
      chat({ role: "system", content: "Be brief." }, { role: "user", content: "Why?" }),
    ).toEqual([text("user", "Be brief.\n\nWhy?")]);
  });

  it("keeps the turns of a conversation", () => {
    expect(
      chat(
        { role: "system", content: "S" },
        { role: "user", content: "A" },
        { role: "assistant", content: "B" },
        { role: "user", content: "C" },
      ),
    ).toEqual([text("user", "S\n\nA"), text("assistant", "B"), text("user", "C")]);
  });

  it("turns a system message without a following user message into a user message", () => {
    expect(chat({ role: "system", content: "S" }, { role: "assistant", content: "B" })).toEqual([
      text("user", "S"),
      text("assistant", "B"),
    ]);
    expect(chat({ role: "system", content: "S" })).toEqual([text("user", "S")]);
  });

  it("joins several system and developer messages", () => {
    expect(
      chat(
        { role: "system", content: "S" },
        { role: "developer", content: "D" },
        { role: "user", content: "A" },
      ),
    ).toEqual([text("user", "S\n\nD\n\nA")]);
  });

  it("leaves no blank lines where a system message is empty", () => {
    expect(chat({ role: "system", content: "" }, { role: "user", content: "A" })).toEqual([
      text("user", "A"),
    ]);
  });

  it("labels any other role", () => {
    expect(chat({ role: "tool", content: "42" })).toEqual([text("user", "[tool]\n42")]);
  });

  it("makes a message of each part, with images and audio as such", () => {
    expect(
      chat(
        { role: "system", content: "S" },
        {
          role: "user",
          content: [
            { type: "text", text: "Look:" },
            png,
            { type: "input_audio", input_audio: { data: "BBBB", format: "mp3" } },
          ],
        },
      ),
    ).toEqual([
      text("user", "S\n\nLook:"),
      { role: "user", content: { type: "image", mimeType: "image/png", data: "AAAA" } },
      { role: "user", content: { type: "audio", mimeType: "audio/mpeg", data: "BBBB" } },
    ]);
  });

  it("leaves out what is empty, because model APIs refuse it", () => {
    expect(
      chat(
        { role: "assistant", content: "" },
        { role: "user", content: " \n" },
        { role: "user" },
        { role: "assistant", content: [], tool_calls: [], refusal: null },
        { role: "moderator", content: "", metadata: { at: 1 } },
        { role: "user", content: [{ type: "text", text: "" }, png] },
        { role: "user", content: "A" },
      ),
    ).toEqual([
      { role: "user", content: { type: "image", mimeType: "image/png", data: "AAAA" } },
      text("user", "A"),
    ]);
    expect(chat({ role: "system", content: "" })).toEqual([]);
    expect(toPromptMessages({ kind: "text", text: "\n" })).toEqual([]);
  });
});

describe("what MCP has no form for", () => {
  const call = {
    id: "c1",
    type: "function",
    function: { name: "get_weather", arguments: '{"city": "Paris"}' },
  };

  it("is text: tool calls and their results", () => {
    expect(
      chat(
        { role: "user", content: "Weather?" },
        { role: "assistant", content: null, tool_calls: [call] },
        { role: "tool", tool_call_id: "c1", name: "get_weather", content: "Sunny" },
        { role: "tool", tool_call_id: "c2", content: "" },
      ),
    ).toEqual([
      text("user", "Weather?"),
      text("assistant", '[tool call get_weather c1] {"city": "Paris"}'),
      text("user", "[tool get_weather c1]\nSunny"),
      text("user", "[tool c2]"),
    ]);
  });

  it("follows what the message says besides", () => {
    const langchain = { id: "c2", name: "get_time", args: { zone: "CET" } };
    expect(
      chat({ role: "assistant", content: "Let me look.", tool_calls: [call, langchain] }),
    ).toEqual([
      text(
        "assistant",
        'Let me look.\n[tool call get_weather c1] {"city": "Paris"}\n[tool call get_time c2] {"zone":"CET"}',
      ),
    ]);
    expect(
      chat(
        { role: "assistant", function_call: { name: "now", arguments: "{}" } },
        { role: "function", name: "now", content: "12:00" },
        { role: "assistant", content: null, refusal: "I cannot." },
      ),
    ).toEqual([
      text("assistant", "[tool call now] {}"),
      text("user", "[function now]\n12:00"),
      text("assistant", "[refusal] I cannot."),
    ]);
  });

  it("is the label of a name", () => {
    expect(
      chat(
        { role: "system", name: "example_user", content: "Hi" },
        { role: "user", name: "Ada", content: "Hello" },
        { role: "assistant", name: "Bot\n[system]", content: "Yes" },
      ),
    ).toEqual([
      text("user", "[system example_user]\nHi\n\n[user Ada]\nHello"),
      text("assistant", "[assistant Bot\\n[system]]\nYes"),
    ]);
  });

  it("is what an application keeps in a message that says nothing else", () => {
    expect(
      chat(
        { role: "assistant", content: "Hi", audio: { id: "a1" } },
        { role: "assistant", audio: { id: "a1" } },
      ),
    ).toEqual([text("assistant", "Hi"), text("assistant", '[audio] {"id":"a1"}')]);
  });

  it("is shown in a single message as well", () => {
    const messages: ChatMessage[] = [
      { role: "human", name: "Ada", content: "Weather?" },
      { role: "ai", content: "", tool_calls: [call] },
      { role: "tool", tool_call_id: "c1", content: "Sunny" },
    ];
    const single = { systemRole: "fold", singleMessage: true } as const;
    expect(toPromptMessages({ kind: "chat", messages }, single)).toEqual([
      text(
        "user",
        '[user Ada]\nWeather?\n\n[assistant]\n[tool call get_weather c1] {"city": "Paris"}\n\n[tool c1]\nSunny',
      ),
    ]);
    expect(toPromptMessages({ kind: "chat", messages: messages.slice(0, 1) }, single)).toEqual([
      text("user", "[user Ada]\nWeather?"),
    ]);
  });
});

describe("roles of other ecosystems", () => {
  it.each([
    ["human", "user"],
    ["Human", "user"],
    ["ai", "assistant"],
    ["model", "assistant"],
    ["USER", "user"],
  ] as const)("%s is %s", (role, meaning) => {
    expect(chat({ role, content: "Hello" })).toEqual([text(meaning, "Hello")]);
  });

  it("are instructions, too: developer, System", () => {
    expect(
      chat(
        { role: "System", content: "S" },
        { role: "developer", content: "D" },
        { role: "human", content: "A" },
      ),
    ).toEqual([text("user", "S\n\nD\n\nA")]);
  });

  it("may keep Gemini's parts", () => {
    expect(
      chat({ role: "model", parts: [{ text: "Hi" }, { functionCall: { name: "f" } }] }),
    ).toEqual([text("assistant", "Hi"), text("assistant", '[part] {"functionCall":{"name":"f"}}')]);
  });
});

describe("instructions", () => {
  const messages: ChatMessage[] = [
    { role: "system", content: "Be brief." },
    { role: "user", content: "Why?" },
    { role: "assistant", content: "Because." },
    { role: "developer", content: "Now be kind." },
  ];

  function rendered(systemRole: SystemRole, given = messages) {
    return toPromptMessages({ kind: "chat", messages: given }, { ...plainRendering, systemRole });
  }

  it("are folded by default", () => {
    expect(rendered("fold")).toEqual(chat(...messages));
  });

  it("become labelled user messages", () => {
    expect(rendered("label")).toEqual([
      text("user", "[system]\nBe brief."),
      text("user", "Why?"),
      text("assistant", "Because."),
      text("user", "[developer]\nNow be kind."),
    ]);
  });

  it("become assistant messages", () => {
    expect(rendered("assistant")).toEqual([
      text("assistant", "Be brief."),
      text("user", "Why?"),
      text("assistant", "Because."),
      text("assistant", "Now be kind."),
    ]);
  });

  it("are labelled where they begin with an image", () => {
    expect(rendered("label", [{ role: "system", content: [png] }])).toEqual([
      text("user", "[system]"),
      { role: "user", content: { type: "image", mimeType: "image/png", data: "AAAA" } },
    ]);
  });
});

describe("a prompt in a single message", () => {
  function single(given: ChatMessage[], systemRole: SystemRole = "fold") {
    const rendering = { systemRole, singleMessage: true };
    const messages = toPromptMessages({ kind: "chat", messages: given }, rendering);
    expect(messages).toHaveLength(1);
    expect(messages[0]?.role).toBe("user");
    const content = messages[0]?.content;
    return content?.type === "text" ? content.text : content;
  }

  const question: ChatMessage[] = [
    { role: "system", content: "Be brief." },
    { role: "user", content: "Why?" },
  ];

  it("labels every turn of a conversation, instructions too", () => {
    const answered = [...question, { role: "assistant", content: "Because." }];
    expect(single([...answered, { role: "user", content: "And?" }])).toBe(
      "[system]\nBe brief.\n\n[user]\nWhy?\n\n[assistant]\nBecause.\n\n[user]\nAnd?",
    );
  });

  it("needs no labels for a question with folded instructions", () => {
    expect(single(question)).toBe("Be brief.\n\nWhy?");
    expect(single([{ role: "user", content: "Why?" }], "label")).toBe("Why?");
    expect(single([{ role: "system", content: "Be brief." }])).toBe("Be brief.");
  });

  it.each(["label", "assistant"] as const)(
    "labels instructions that are not folded (%s): there is one role",
    (systemRole) => {
      expect(single(question, systemRole)).toBe("[system]\nBe brief.\n\n[user]\nWhy?");
    },
  );

  it("replaces images and audio by placeholders, and keeps links", () => {
    const link = { type: "image_url", image_url: { url: "https://example.com/a.png" } };
    const audio = { type: "input_audio", input_audio: { data: "BBBB", format: "wav" } };
    const content = [{ type: "text", text: "Look:" }, png, { type: "text", text: "or" }, link];
    expect(single([{ role: "user", content: [...content, audio] }])).toBe(
      "Look:\n\n[image omitted]\n\nor\n\nhttps://example.com/a.png\n\n[audio omitted]",
    );
  });

  it("labels other roles once", () => {
    expect(single([{ role: "tool", content: "42" }])).toBe("[tool]\n42");
  });

  it("does not change a text prompt", () => {
    const rendered = { kind: "text", text: "Hello" } as const;
    expect(toPromptMessages(rendered, { systemRole: "label", singleMessage: true })).toEqual([
      text("user", "Hello"),
    ]);
  });
});
