import { expect } from "vitest";
import { uniqueName } from "../contract/support.ts";
import type { McpClient } from "./clients.ts";

/**
 * An agent that follows the server's instructions, without a model: it loads a prompt, improves it,
 * meets a colleague's version and merges it, compares, promotes, and takes the promotion back. It
 * reads nothing but what the tools answer.
 */
export async function improvePrompt(client: McpClient): Promise<void> {
  const name = uniqueName();
  const call = calling(client, name);
  await call("register_prompt", {
    template: "Summarize {{ text }}.",
    commit_message: "First",
    base_version: 0,
  });
  await call("set_prompt_alias", { alias: "production", version: 1, expected_version: 0 });

  const loaded = await call("load_prompt", {});
  const base = Number(loaded.structured.version);
  expect(base).toBe(1);
  const improved = `${loaded.structured.template} Be brief.`;
  const dry = await call("register_prompt", {
    template: improved,
    base_version: base,
    dry_run: true,
  });
  expect(dry.structured).toMatchObject({ registered: false, version: 2 });
  expect(dry.structured.contract_change).toMatchObject({ verdict: "compatible" });

  await call("register_prompt", {
    template: "Summarize {{ text }} in one sentence.",
    commit_message: "A colleague's",
    base_version: 1,
  });
  const refused = await call("register_prompt", { template: improved, base_version: base });
  expect(refused.isError).toBe(true);
  expect(refused.text).toContain("A colleague's");
  expect(refused.text).toContain("+Summarize {{ text }} in one sentence.");
  const merged = await call("register_prompt", {
    template: "Summarize {{ text }} in one sentence. Be brief.",
    commit_message: "Ask for brevity",
    base_version: 2,
  });
  expect(merged.structured).toMatchObject({ version: 3, registered: true, overtaken: [] });
  const { structured } = await call("load_prompt", { version: 3 });
  expect(structured.tags).toMatchObject({ "mcp.base_version": "2" });

  const again = await call("register_prompt", {
    template: "Summarize {{ text }} in one sentence. Be brief.",
    base_version: 3,
  });
  expect(again.structured).toMatchObject({ version: 3, registered: false });

  const compared = await call("compare_prompt_versions", { from_version: 1, to_version: 3 });
  expect(compared.structured.contract_change).toMatchObject({ verdict: "compatible" });
  const promoted = await call("set_prompt_alias", {
    alias: "production",
    version: 3,
    expected_version: 1,
  });
  expect(promoted.structured).toMatchObject({ previous_version: 1, moved: true });
  expect(await served(client, name, { text: "it" })).toBe(
    "Summarize it in one sentence. Be brief.",
  );

  await call("register_prompt", { template: "{{ text }} in {{ language }}", base_version: 3 });
  const breaking = await call("set_prompt_alias", { alias: "production", version: 4 });
  expect(breaking.isError).toBe(true);
  expect(breaking.text).toContain('requires the new variable "language"');
  const outdated = await call("set_prompt_alias", {
    alias: "production",
    version: 2,
    expected_version: 1,
  });
  expect(outdated.isError).toBe(true);
  expect(outdated.text).toContain("version 3");

  const { tool, arguments: args } = rollbackIn(promoted.structured);
  await client.callTool({ name: tool, arguments: args });
  expect(await served(client, name, { text: "it" })).toBe("Summarize it.");

  const restored = await call("restore_prompt_version", { version: 3, base_version: 4 });
  expect(restored.structured).toMatchObject({ version: 5, restored_version: 3, registered: true });
  expect(restored.structured.commit_message).toBe("Restore version 3: Ask for brevity");
  const doomed = await call("delete_prompt_version", { version: 1, confirm: name });
  expect(doomed.isError).toBe(true);
  expect(doomed.text).toContain('the protected alias "production" points at it');
}

interface Answer {
  readonly structured: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly isError: boolean;
}

function calling(client: McpClient, name: string) {
  return async (tool: string, args: Readonly<Record<string, unknown>>): Promise<Answer> => {
    const answer = await client.callTool({ name: tool, arguments: { name, ...args } });
    return {
      structured: objectOf(answer.structuredContent),
      text: textOf(answer.content),
      isError: answer.isError === true,
    };
  };
}

function textOf(content: unknown): string {
  const [first] = Array.isArray(content) ? content : [];
  return String(objectOf(first).text);
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function rollbackIn({ rollback }: Readonly<Record<string, unknown>>) {
  const { tool, arguments: args } = objectOf(rollback);
  return { tool: String(tool), arguments: { ...objectOf(args) } };
}

async function served(client: McpClient, name: string, values: Record<string, string>) {
  const { messages } = await client.getPrompt({ name, arguments: values });
  return objectOf(objectOf(messages[0]).content).text;
}
