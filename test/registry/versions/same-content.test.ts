import { describe, expect, it } from "vitest";
import { parseJson } from "../../../src/registry/json.ts";
import type { PromptVersion, VersionDraft } from "../../../src/registry/types.ts";
import { hasSameContent } from "../../../src/registry/versions/same-content.ts";
import {
  decodeVersionTags,
  encodeVersionTags,
} from "../../../src/registry/versions/stored-version.ts";

const chat: VersionDraft = {
  template: {
    kind: "chat",
    messages: [
      { role: "system", content: "Grüße" },
      { role: "user", content: [{ type: "text", text: "{{ a }}" }], name: "ann" },
    ],
  },
  modelConfig: { model_name: "gpt-9", extra: { list: [1, true, null] } },
  responseFormat: { type: "object", properties: { a: { type: "string" } } },
  tags: { "mcp.arguments": '{"a":{}}', "mcp.template_format": "mustache", team: "docs" },
};

function text(words: string): VersionDraft {
  return { template: { kind: "text", text: words } };
}

/** The draft as it is read back after it was registered. */
function registered(draft: VersionDraft): PromptVersion {
  return {
    name: "x",
    version: 3,
    commitMessage: draft.commitMessage ?? "",
    aliases: [],
    createdAt: 1,
    updatedAt: 1,
    ...decodeVersionTags(encodeVersionTags(draft)),
  };
}

describe("the content of a version", () => {
  it.each<[string, VersionDraft, VersionDraft]>([
    ["nothing but a text", text(""), text("")],
    ["all there is", chat, structuredClone(chat)],
    ["another commit message", chat, { ...chat, commitMessage: "Said otherwise" }],
    ["other tags", chat, { ...chat, tags: { ...chat.tags, team: "sales", "mcp.write_id": "1" } }],
    [
      "keys in another order",
      { ...text("x"), modelConfig: { a: 1, b: { c: 2, d: 3 } } },
      { ...text("x"), modelConfig: { b: { d: 3, c: 2 }, a: 1 } },
    ],
    [
      "what JSON leaves out",
      { template: { kind: "chat", messages: [{ role: "user", content: "x" }] } },
      { template: { kind: "chat", messages: [{ role: "user", content: "x", name: undefined }] } },
    ],
    [
      "JSON that is spaced and escaped in another way",
      { ...text("x"), modelConfig: parseJson('{"a":"\\u00e9","b":1.0}') },
      { ...text("x"), modelConfig: parseJson('{ "a": "é", "b": 1.0 }') },
    ],
    [
      "a number that JSON spells alike",
      { ...text("x"), modelConfig: 0 },
      { ...text("x"), modelConfig: -0 },
    ],
  ])("is the same with %s", (_, before, draft) => {
    expect(hasSameContent(draft, registered(before))).toBe(true);
  });

  it.each<[string, VersionDraft, VersionDraft]>([
    ["another text", text("x"), text("x ")],
    [
      "the same text as a chat",
      text('[{"role": "user", "content": "x"}]'),
      { template: { kind: "chat", messages: [{ role: "user", content: "x" }] } },
    ],
    [
      "messages in another order",
      chat,
      {
        ...chat,
        template: {
          kind: "chat",
          messages: [
            { role: "user", content: [{ type: "text", text: "{{ a }}" }], name: "ann" },
            { role: "system", content: "Grüße" },
          ],
        },
      },
    ],
    ["another model config", chat, { ...chat, modelConfig: { model_name: "gpt-8" } }],
    ["no model config", chat, { ...chat, modelConfig: undefined }],
    ["a model config of null", text("x"), { ...text("x"), modelConfig: null }],
    ["another response format", chat, { ...chat, responseFormat: {} }],
    ["other arguments", chat, { ...chat, tags: { ...chat.tags, "mcp.arguments": "{}" } }],
    ["another template format", chat, { ...chat, tags: { "mcp.arguments": '{"a":{}}' } }],
  ])("differs with %s", (_, before, draft) => {
    expect(hasSameContent(draft, registered(before))).toBe(false);
  });

  it("never equals that of an unreadable version", () => {
    const template = { kind: "unreadable", text: "x", problem: "it is broken" } as const;

    expect(hasSameContent(text("x"), { ...registered(text("x")), template })).toBe(false);
  });
});
