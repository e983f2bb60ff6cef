import { describe, expect, it } from "vitest";
import type { Policy } from "../../src/session/policy.ts";
import { connect, emptyRegistry, sessionOf } from "../support/embedded-session.ts";

async function messagesWith(rendering: Policy["rendering"], clientName?: string) {
  const registry = emptyRegistry();
  const messages = [
    { role: "system", content: "Be brief." },
    { role: "user", content: "Hello {{ name }}" },
    { role: "assistant", content: "Hello." },
  ];
  await registry.registerVersion("chat", { template: { kind: "chat", messages } });
  const client = await connect(sessionOf(registry, { rendering }), undefined, clientName);
  const prompt = await client.getPrompt({ name: "chat", arguments: { name: "Ada" } });
  return prompt.messages.map(({ role, content }) => [
    role,
    content.type === "text" ? content.text : content.type,
  ]);
}

describe("a chat prompt", () => {
  it("has its instructions folded into the user's message by default", async () => {
    const expected = [
      ["user", "Be brief.\n\nHello Ada"],
      ["assistant", "Hello."],
    ];
    expect(await messagesWith({})).toEqual(expected);
    expect(await messagesWith({ systemRole: "fold" })).toEqual(expected);
  });

  it("has them as a message of their own, or as the assistant's, when the operator configures it", async () => {
    expect((await messagesWith({ systemRole: "label" }))[0]).toEqual([
      "user",
      "[system]\nBe brief.",
    ]);
    expect((await messagesWith({ systemRole: "assistant" }))[0]).toEqual([
      "assistant",
      "Be brief.",
    ]);
  });

  it("is one message for a host that reads only one, unless the operator configures otherwise", async () => {
    expect(await messagesWith({}, "gemini-cli-mcp-client")).toHaveLength(1);
    expect(await messagesWith({ singleMessage: false }, "gemini-cli-mcp-client")).toHaveLength(2);
  });

  it("is one message when the operator configures it", async () => {
    expect(await messagesWith({ singleMessage: true })).toEqual([
      ["user", "[system]\nBe brief.\n\n[user]\nHello Ada\n\n[assistant]\nHello."],
    ]);
  });
});
