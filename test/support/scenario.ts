import { expect } from "vitest";
import { uniqueName } from "../contract/support.ts";
import type { McpClient } from "./clients.ts";

/**
 * The life of a prompt, as a client sees it: it is registered twice, its first version is promoted,
 * filled in, compared and found, and it is deleted. The prompt has a name of its own, so the
 * registry may be one that others use.
 */
export async function promptLifecycle(client: McpClient): Promise<void> {
  const name = uniqueName();
  const registered = await client.callTool({
    name: "register_prompt",
    arguments: { name, template: "Hello {{ name }}!", commit_message: "First" },
  });
  expect(registered.structuredContent).toMatchObject({ version: 1, created_prompt: true });
  await client.callTool({
    name: "register_prompt",
    arguments: {
      name,
      template: "Hi {{ name }}!",
      commit_message: "Second",
      base_version: 1,
    },
  });
  await client.callTool({
    name: "set_prompt_alias",
    arguments: { name, alias: "production", version: 1 },
  });

  const { prompts } = await client.listPrompts();
  expect(prompts).toContainEqual(expect.objectContaining({ name }));
  const { messages } = await client.getPrompt({ name, arguments: { name: "Ada" } });
  expect(messages).toEqual([{ role: "user", content: { type: "text", text: "Hello Ada!" } }]);
  await expect(client.getPrompt({ name, arguments: {} })).rejects.toMatchObject({
    code: -32602,
    message: expect.stringContaining('"name"'),
  });

  const diff = await client.readResource({ uri: `prompts:/${name}/1...2` });
  expect(diff.contents[0]).toMatchObject({ text: expect.stringContaining("+Hi {{ name }}!") });
  const { resources } = await client.listResources();
  expect(resources.map(({ uri }) => uri)).toContain(`prompts:/${name}`);

  await client.callTool({
    name: "delete_prompt_alias",
    arguments: { name, alias: "production", confirm: name, allow_breaking: true },
  });
  const deleted = await client.callTool({
    name: "delete_prompt",
    arguments: { name, confirm: name },
  });
  expect(deleted.structuredContent).toMatchObject({ deleted: true, versions: [2, 1] });
  const gone = await client.callTool({ name: "load_prompt", arguments: { name } });
  expect(gone.isError).toBe(true);
}
