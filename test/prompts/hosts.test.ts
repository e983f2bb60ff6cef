import { describe, expect, it } from "vitest";
import { renderingFor } from "../../src/prompts/hosts.ts";

const plain = { systemRole: "fold", singleMessage: false };

describe("the rendering for a client", () => {
  it.each([
    "gemini-cli-mcp-client",
    "gemini-cli-mcp-client-prompts",
    "Gemini-CLI-MCP-Client",
    "qwen-cli-mcp-client-prompts",
    "qwen-code-mcp-client",
  ])("is a single message for %s", (clientName) => {
    expect(renderingFor(clientName)).toEqual({ ...plain, singleMessage: true });
  });

  it.each([undefined, "", "claude-code", "opencode", "my-gemini-cli-mcp-client"])(
    "is plain for %s",
    (clientName) => {
      expect(renderingFor(clientName)).toEqual(plain);
    },
  );

  it("is what the options set, for any host", () => {
    const gemini = "gemini-cli-mcp-client";
    expect(renderingFor(gemini, { systemRole: "label" })).toEqual({
      systemRole: "label",
      singleMessage: true,
    });
    expect(renderingFor(gemini, { singleMessage: false })).toEqual(plain);
    expect(renderingFor("other", { systemRole: "assistant", singleMessage: true })).toEqual({
      systemRole: "assistant",
      singleMessage: true,
    });
  });
});
