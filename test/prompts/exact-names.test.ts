import type { Client } from "@modelcontextprotocol/client";
import { describe, expect, it } from "vitest";
import { callTool } from "../support/call-tool.ts";
import { connect, sessionOf } from "../support/embedded-session.ts";
import { registryOfNames } from "../support/odd-names.ts";

/** Names of prompts beside the prompt "x", each of which is also a short form, or looks like one. */
const names = [
  "a@b",
  "x@production",
  "x@latest",
  "x/1",
  "x@production/1",
  "a/b/c",
  "/",
  "@production",
  "x:y",
  "é é",
  "..",
  "100%?#",
];

async function textOf(client: Client, name: string): Promise<string> {
  const { messages } = await client.getPrompt({ name, arguments: { x: "1" } });
  const content = messages[0]?.content;
  return content?.type === "text" ? content.text : "";
}

describe("a prompt that is listed", () => {
  it("is served under its name", async () => {
    const client = await connect(sessionOf(await registryOfNames("x", ...names)));

    const { prompts } = await client.listPrompts();
    expect(prompts.map(({ name }) => name).toSorted()).toEqual(["x", ...names].toSorted());
    for (const { name } of prompts) expect(await textOf(client, name)).toBe(`${name}: 1`);
  });

  it("is the one that a tool loads, renders, lists and compares", async () => {
    const client = await connect(sessionOf(await registryOfNames("x", ...names)));

    for (const name of names) {
      for (const [tool, rest] of [
        ["load_prompt", {}],
        ["render_prompt", { variables: { x: "1" } }],
        ["list_prompt_versions", {}],
        ["compare_prompt_versions", { from_version: 1, to_version: "production" }],
      ] as const) {
        const { structured, text } = await callTool(client, tool, { name, ...rest });
        expect(structured, text).toMatchObject({ name });
      }
    }
  });

  it("is the one that a tool writes to", async () => {
    const registry = await registryOfNames("x", ...names);
    const client = await connect(sessionOf(registry, { protectedAliases: [] }));

    for (const name of names) {
      for (const [tool, rest] of [
        ["set_prompt_alias", { alias: "staging", version: 1 }],
        ["register_prompt", { base_version: 1, template: "{{ x }}" }],
        ["update_prompt", { description: "Odd" }],
        ["delete_prompt_alias", { alias: "staging" }],
        ["delete_prompt_version", { version: 2, confirm: name }],
        ["delete_prompt", { confirm: name }],
      ] as const) {
        const { structured, text } = await callTool(client, tool, { name, ...rest });
        expect(structured, text).toMatchObject({ name });
      }
    }
    const { items } = await registry.searchPrompts({ limit: 10 });
    expect(items.map(({ name }) => name)).toEqual(["x"]);
  });

  it("has its resources at URIs that name it", async () => {
    const client = await connect(sessionOf(await registryOfNames("x", ...names)));

    for (const { name, uri } of (await client.listResources()).resources) {
      for (const one of [uri, `${uri}/1`, `${uri}@production`]) {
        const [content] = (await client.readResource({ uri: one })).contents;
        expect(JSON.parse(content && "text" in content ? content.text : "")).toMatchObject({
          name,
        });
      }
    }
  });

  it("completes its arguments", async () => {
    const registry = await registryOfNames("x", "x@production");
    await registry.registerVersion("x@production", {
      template: { kind: "text", text: "{{ tone }}" },
      tags: { "mcp.arguments": '{"tone":{"enum":["kind","terse"]}}' },
    });
    await registry.setAlias("x@production", "production", 2);
    const client = await connect(sessionOf(registry));

    const { completion } = await client.complete({
      ref: { type: "ref/prompt", name: "x@production" },
      argument: { name: "tone", value: "k" },
    });
    expect(completion.values).toEqual(["kind"]);
  });
});

describe("the short form of another prompt", () => {
  it("is one when no prompt has exactly that name", async () => {
    const client = await connect(sessionOf(await registryOfNames("x", "a@b")));
    for (const name of ["x@production", "x/1", "x@latest"]) {
      expect(await textOf(client, name)).toBe("x: 1");
    }
    expect(await textOf(client, "a@b@production")).toBe("a@b: 1");
  });

  it.each([
    ["folder/sub", "folder-sub"],
    ["folder@a b", "folder-sub"],
  ])("that is none is no prompt, and the closest name is told: %j", async (name, closest) => {
    const client = await connect(sessionOf(await registryOfNames("folder-sub")));
    const said = `No prompt named "${name}". "${name}" is not a prompt reference.`;

    await expect(client.getPrompt({ name })).rejects.toThrow(said);
    await expect(client.getPrompt({ name })).rejects.toThrow(`Closest name: "${closest}".`);
    expect((await callTool(client, "load_prompt", { name })).text).toContain(said);
  });

  it("keeps a form that is no name", async () => {
    const client = await connect(sessionOf(await registryOfNames("x", "x@production", "x/1")));
    for (const name of ["prompts:/x@production", "prompts:/x/1"]) {
      expect(await textOf(client, name)).toBe("x: 1");
    }
  });
});
