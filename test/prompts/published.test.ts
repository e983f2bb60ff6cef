import type { Client, GetPromptResult } from "@modelcontextprotocol/client";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { applyPatch, hasPatch } from "../support/apply-patch.ts";
import { callTool } from "../support/call-tool.ts";
import { connect, emptyRegistry, sessionOf } from "../support/embedded-session.ts";
import {
  type Message,
  type PublishedPrompt,
  publishedPrompts,
  type Template,
} from "../support/published-prompts.ts";

const hinted = z.object({ hints: z.array(z.string()).optional() });
const compared = z.object({ diff: z.string() });

const all = publishedPrompts().map((prompt) => [prompt.file, prompt] as const);
const fillable = all.filter(([, { refused }]) => refused === undefined);

function given({ file, template, format }: PublishedPrompt) {
  return {
    name: file,
    ...(typeof template === "string" ? { template } : { messages: template }),
    ...(format === undefined ? {} : { tags: { "mcp.template_format": format } }),
  };
}

/** The values as a person types them. */
function typed(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name.replaceAll(".", "_"),
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

function textsOf({ messages }: GetPromptResult): readonly string[] {
  return messages.map(({ content }) => (content.type === "text" ? content.text : content.type));
}

/** A system message is put before the user's message that follows. */
function turnsOf(expected: Template): readonly string[] {
  if (typeof expected === "string") return [expected];
  const turns: Message[] = [];
  for (const message of expected) {
    const before = turns.at(-1);
    if (before?.role === "system") {
      turns.splice(-1, 1, { ...message, content: `${before.content}\n\n${message.content}` });
    } else turns.push(message);
  }
  return turns.map(({ content }) => content);
}

/** As somebody edits it: a line is added before the first, and the last one is changed. */
function edited(text: string): string {
  return `Added at the top.\n${text}And here`;
}

/** Registers an edited version, and applies the diff as the tool and the resource have it. */
async function applyDiffs(client: Client, prompt: PublishedPrompt, before: string): Promise<void> {
  const after = edited(before);
  const next = { ...given({ ...prompt, template: after }), base_version: 1 };
  const force = { allow_breaking: true };
  const registered = await callTool(client, "register_prompt", { ...next, ...force });
  expect(registered.structured, registered.text).toMatchObject({ version: 2 });

  const { structured } = await callTool(client, "compare_prompt_versions", {
    name: `${prompt.file}/1`,
  });
  expect(applyPatch(before, compared.parse(structured).diff)).toBe(after);

  const [content] = (await client.readResource({ uri: `prompts:/${prompt.file}/1...2` })).contents;
  const resource = content && "text" in content ? content.text : "";
  // What is escaped says so, and is applied by nobody.
  if (!resource.startsWith("Hidden characters are escaped")) {
    expect(applyPatch(before, resource)).toBe(after);
  }
}

const diffs = hasPatch ? "changes as the diff says" : "its diffs are not applied without patch";

describe("a prompt that is brought here", () => {
  let client: Client;

  beforeAll(async () => {
    const ends: (() => void | Promise<void>)[] = [];
    const registry = emptyRegistry((end) => ends.unshift(end));
    const session = sessionOf(registry, { protectedAliases: [] });
    client = await connect(session, undefined, "test", (end) => ends.unshift(end));
    return async () => {
      for (const end of ends) await end();
    };
  });

  async function findListed(name: string) {
    return (await client.listPrompts()).prompts.find((one) => one.name === name);
  }

  it.each(fillable)(
    `is what it was, is rendered as MLflow renders it, and ${diffs}: %s`,
    async (_, prompt) => {
      const { template, values, expected } = prompt;

      const registered = await callTool(client, "register_prompt", given(prompt));
      expect(registered.structured, registered.text).toMatchObject({
        version: 1,
        registered: true,
      });

      const loaded = await callTool(client, "load_prompt", { name: prompt.file });
      expect(loaded.structured).toMatchObject(
        typeof template === "string" ? { template } : { messages: template },
      );

      const { hints = [] } = hinted.parse(loaded.structured);
      expect(hints).toEqual(prompt.hints.map((hint) => expect.stringContaining(hint)));

      const listed = await findListed(prompt.file);
      expect(listed?.arguments?.map(({ name }) => name) ?? []).toEqual(prompt.arguments);

      const rendering = { name: prompt.file, variables: values };
      const rendered = await callTool(client, "render_prompt", rendering);
      expect(rendered.structured, rendered.text).toMatchObject(
        typeof expected === "string" ? { text: expected } : { messages: expected },
      );

      const getting = client.getPrompt({ name: prompt.file, arguments: typed(values) });
      if (prompt.unsent !== undefined) await expect(getting).rejects.toThrow(prompt.unsent);
      else expect(textsOf(await getting)).toEqual(prompt.got ?? turnsOf(expected ?? ""));

      if (typeof template === "string" && hasPatch) await applyDiffs(client, prompt, template);
    },
  );

  it.each(all.filter(([, { refused }]) => refused !== undefined))(
    "is refused with the reason, as nobody can fill it in: %s",
    async (_, prompt) => {
      const registered = await callTool(client, "register_prompt", given(prompt));

      expect(registered.isError).toBe(true);
      expect(registered.text).toContain(prompt.refused);
      expect(await findListed(prompt.file)).toBeUndefined();
    },
  );
});
