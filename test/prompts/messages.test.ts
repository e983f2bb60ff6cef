import { describe, expect, it } from "vitest";
import { plainRendering, type SystemRole, toPromptMessages } from "../../src/prompts/messages.ts";
import type { RenderedMessage } from "../../src/registry/template/rendered.ts";

function chat(...messages: RenderedMessage[]) {
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

  it("keeps messages without text", () => {
    expect(chat({ role: "assistant", content: "" }, { role: "user", content: "A" })).toEqual([
      text("assistant", ""),
      text("user", "A"),
    ]);
  });
});

describe("instructions", () => {
  const messages: RenderedMessage[] = [
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
  function single(given: RenderedMessage[], systemRole: SystemRole = "fold") {
    const rendering = { systemRole, singleMessage: true };
    const messages = toPromptMessages({ kind: "chat", messages: given }, rendering);
    expect(messages).toHaveLength(1);
    expect(messages[0]?.role).toBe("user");
    const content = messages[0]?.content;
    return content?.type === "text" ? content.text : content;
  }

  const question: RenderedMessage[] = [
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
