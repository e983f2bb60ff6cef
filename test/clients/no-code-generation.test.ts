import { spawnSync } from "node:child_process";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { describe, expect, it, onTestFinished } from "vitest";
import { clients, type McpClient } from "../support/clients.ts";
import { isolated, program } from "../support/program.ts";
import { promptLifecycle } from "../support/scenario.ts";

/** With it Node makes no JavaScript out of text: `new Function` and `eval` throw. */
const flag = "--disallow-code-generation-from-strings";

const template =
  "{% macro greet(who, how='Dear') %}{{ how }} {{ who | title }}{% endmacro %}" +
  "{{ greet(name) }}:{% for line in text.split(';') if line %} {{ loop.index }}. {{ line[:3] }}{% endfor %}";

async function servesJinja(client: McpClient): Promise<void> {
  const registered = await client.callTool({
    name: "register_prompt",
    arguments: { name: "with-jinja", template, commit_message: "First" },
  });
  expect(registered.structuredContent).toMatchObject({ version: 1 });

  const { prompts } = await client.listPrompts();
  const listed = prompts.find(({ name }) => name === "with-jinja");
  expect(listed?.arguments?.map(({ name }) => name)).toEqual(["name", "text"]);

  const values = { name: "ada", text: "first;;second" };
  const { messages } = await client.getPrompt({ name: "with-jinja", arguments: values });
  const text = "Dear Ada: 1. fir 2. sec";
  expect(messages).toEqual([{ role: "user", content: { type: "text", text } }]);
}

describe("a Node that makes no JavaScript out of text", () => {
  it.each([
    ["as an option of its own", [flag], {}],
    ["in its environment", [], { NODE_OPTIONS: flag }],
  ])("is what the flag makes of it, %s", (_, args, env) => {
    const { stderr } = spawnSync(process.execPath, [...args, "-e", "new Function('')"], { env });
    expect(String(stderr)).toContain("EvalError");
  });

  it("runs the program, which serves prompts in Jinja2 over stdio", async () => {
    const client = new Client({ name: "test", version: "1.0.0" });
    const { environment } = isolated();
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [flag, program],
        env: environment,
      }),
    );
    onTestFinished(() => client.close());
    await servesJinja(client);
  });

  describe.each(Object.entries(clients))("runs the program for %s, which", (_, connect) => {
    it("serves prompts in Jinja2, and every step of a prompt's life", async () => {
      const client = await connect({ NODE_OPTIONS: flag });
      await servesJinja(client);
      await promptLifecycle(client);
    });
  });
});
