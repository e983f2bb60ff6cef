import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as StdioTransportV1 } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as HttpTransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { describe, expect, it, onTestFinished } from "vitest";
import { isolated, program, startHttp } from "../support/program.ts";

const identity = { name: "test", version: "1.0.0" };

/** The part of both clients' interfaces that the scenario uses. */
type AnyClient = Pick<
  ClientV1,
  "listTools" | "callTool" | "listPrompts" | "getPrompt" | "listResources" | "readResource"
>;

const clients: Readonly<Record<string, () => Promise<AnyClient>>> = {
  "the v1 client over stdio": async () => {
    const client = new ClientV1(identity);
    const { environment } = isolated();
    const args = [program, "stdio"];
    await client.connect(
      new StdioTransportV1({ command: process.execPath, args, env: environment }),
    );
    onTestFinished(() => client.close());
    return client;
  },
  "the v1 client over HTTP": async () => {
    const client = new ClientV1(identity);
    const { url } = await startHttp(isolated().environment);
    await client.connect(new HttpTransportV1(new URL(url)));
    onTestFinished(() => client.close());
    return client;
  },
  "the v2 client over stdio, 2025 era": () => v2Stdio("legacy"),
  "the v2 client over stdio, 2026-07-28": () => v2Stdio("modern"),
  "the v2 client over HTTP, 2025 era": () => v2Http("legacy"),
  "the v2 client over HTTP, 2026-07-28": () => v2Http("modern"),
};

function v2(era: "legacy" | "modern"): Client {
  return new Client(
    identity,
    era === "modern" ? { versionNegotiation: { mode: { pin: "2026-07-28" } } } : {},
  );
}

async function v2Stdio(era: "legacy" | "modern"): Promise<AnyClient> {
  const client = v2(era);
  const { environment } = isolated();
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [program],
      env: environment,
    }),
  );
  onTestFinished(() => client.close());
  expect(client.getProtocolEra()).toBe(era);
  return client as unknown as AnyClient;
}

async function v2Http(era: "legacy" | "modern"): Promise<AnyClient> {
  const client = v2(era);
  const { url } = await startHttp(isolated().environment);
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  onTestFinished(() => client.close());
  expect(client.getProtocolEra()).toBe(era);
  return client as unknown as AnyClient;
}

describe.each(Object.entries(clients))("%s, driving the built program", (_, connect) => {
  it("finds the samples, fills one in, registers, promotes, reads and deletes", async () => {
    const client = await connect();
    const { prompts } = await client.listPrompts();
    expect(prompts.length).toBeGreaterThanOrEqual(4);

    const registered = await client.callTool({
      name: "register_prompt",
      arguments: { name: "greet", template: "Hello {{ name }}!", commit_message: "First" },
    });
    expect(registered.structuredContent).toMatchObject({ version: 1, created_prompt: true });
    await client.callTool({
      name: "register_prompt",
      arguments: { name: "greet", template: "Hi {{ name }}!", commit_message: "Second" },
    });
    await client.callTool({
      name: "set_prompt_alias",
      arguments: { name: "greet", alias: "production", version: 1 },
    });

    const { messages } = await client.getPrompt({ name: "greet", arguments: { name: "Ada" } });
    expect(messages).toEqual([{ role: "user", content: { type: "text", text: "Hello Ada!" } }]);
    await expect(client.getPrompt({ name: "greet", arguments: {} })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining('"name"'),
    });

    const diff = await client.readResource({ uri: "prompts:/greet/1...2" });
    expect(diff.contents[0]).toMatchObject({ text: expect.stringContaining("+Hi {{ name }}!") });
    const { resources } = await client.listResources();
    expect(resources.map(({ uri }) => uri)).toContain("prompts:/greet");

    const deleted = await client.callTool({
      name: "delete_prompt",
      arguments: { name: "greet", confirm: "greet" },
    });
    expect(deleted.structuredContent).toMatchObject({ deleted: true, versions: [2, 1] });
    const gone = await client.callTool({ name: "load_prompt", arguments: { name: "greet" } });
    expect(gone.isError).toBe(true);
  });

  it("offers every sample with values that a person would give", async () => {
    const client = await connect();
    const { prompts } = await client.listPrompts();
    for (const prompt of prompts) {
      expect(prompt.description).toBeTruthy();
      const required = (prompt.arguments ?? []).filter((argument) => argument.required);
      const values = Object.fromEntries(required.map(({ name }) => [name, `my ${name}`]));
      const { messages } = await client.getPrompt({ name: prompt.name, arguments: values });
      expect(JSON.stringify(messages)).not.toContain("{{");
    }
  });
});
