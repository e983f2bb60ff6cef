import { describe, expect, it } from "vitest";
import { decodeVersionTags } from "../../../src/registry/versions/stored-version.ts";

/** JSON as another program may have stored it. */
function nested(levels: number): string {
  return `${"[".repeat(levels)}1${"]".repeat(levels)}`;
}

function decodeChat(calls: string) {
  const text = `[{"role": "user", "content": "Hi", "tool_calls": ${calls}}]`;
  return decodeVersionTags({
    "mlflow.prompt.text": text,
    _mlflow_prompt_type: "chat",
    _mlflow_prompt_model_config: calls,
  });
}

describe("stored JSON", () => {
  it("is read where it is nested as deep as callers may write", () => {
    const { template, modelConfig } = decodeChat(nested(50));
    expect(template.kind).toBe("chat");
    expect(Array.isArray(modelConfig)).toBe(true);
  });

  it("is unreadable, or stays a text, where walking through it would overflow the stack", () => {
    const { template, modelConfig } = decodeChat(nested(40_000));
    expect(template).toMatchObject({
      kind: "unreadable",
      problem: expect.stringContaining(
        "it is marked as chat, but its text is not a list of messages",
      ),
    });
    expect(modelConfig).toBe(nested(40_000));
  });
});
