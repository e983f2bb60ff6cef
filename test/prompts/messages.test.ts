import { describe, expect, it } from "vitest";
import { toPromptMessages } from "../../src/prompts/messages.ts";
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

  it("makes a system message with no user message to follow a user message of its own", () => {
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

  it("names any other role", () => {
    expect(chat({ role: "tool", content: "42" })).toEqual([text("user", "[tool]\n\n42")]);
  });

  it("gives each part of a message a message of its own, images and audio as such", () => {
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

  it("shows a linked image as its address and an unknown part as it is stored", () => {
    const link = { type: "image_url", image_url: { url: "https://example.com/a.png" } };
    const other = { type: "reasoning", summary: [] };
    expect(chat({ role: "user", content: [link, other] })).toEqual([
      text("user", "https://example.com/a.png"),
      text("user", '{"type":"reasoning","summary":[]}'),
    ]);
  });

  it("loses no message that has no text", () => {
    expect(chat({ role: "assistant", content: "" }, { role: "user", content: "A" })).toEqual([
      text("assistant", ""),
      text("user", "A"),
    ]);
  });
});
