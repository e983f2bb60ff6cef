import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as StdioTransportV1 } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as HttpTransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { describe, expect, it, onTestFinished } from "vitest";
import type { McpClient } from "../support/clients.ts";
import { isolated, program, startHttp } from "../support/program.ts";

const identity = { name: "test", version: "1.0.0" };
const capabilities = { elicitation: { form: {} } };

interface Asked {
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Answers what is asked with these values, and keeps the questions. */
type Connect = (
  content: Readonly<Record<string, string | boolean>>,
  asked: Asked[],
) => Promise<McpClient>;

function fieldsOf(schema: unknown): Readonly<Record<string, unknown>> {
  const properties = typeof schema === "object" && schema ? Reflect.get(schema, "properties") : {};
  return { ...Object(properties) };
}

async function v1(
  transport: StdioTransportV1 | HttpTransportV1,
  content: Readonly<Record<string, string | boolean>>,
  asked: Asked[],
) {
  const client = new ClientV1(identity, { capabilities });
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
    const schema = "requestedSchema" in params ? params.requestedSchema : {};
    asked.push({ message: params.message, fields: fieldsOf(schema) });
    return { action: "accept" as const, content: { ...content } };
  });
  await client.connect(transport);
  onTestFinished(() => client.close());
  return client;
}

async function v2(
  transport: StdioClientTransport | StreamableHTTPClientTransport,
  content: Readonly<Record<string, string | boolean>>,
  asked: Asked[],
) {
  const client = new Client(identity, {
    capabilities,
    versionNegotiation: { mode: { pin: "2026-07-28" } },
  });
  client.setRequestHandler("elicitation/create", ({ params }) => {
    const schema = "requestedSchema" in params ? params.requestedSchema : {};
    asked.push({ message: params.message, fields: fieldsOf(schema) });
    return { action: "accept" as const, content: { ...content } };
  });
  await client.connect(transport);
  onTestFinished(() => client.close());
  return client;
}

function stdio() {
  const { environment } = isolated();
  // The audit goes to standard error, and is not for whoever runs the tests.
  const stderr = "ignore" as const;
  return { command: process.execPath, args: [program, "stdio"], env: environment, stderr };
}

async function http() {
  return new URL((await startHttp(isolated().environment)).url);
}

const clients: Readonly<Record<string, Connect>> = {
  "the v1 client over stdio, 2025 era": (...how) => v1(new StdioTransportV1(stdio()), ...how),
  "the v1 client over HTTP, 2025 era": async (...how) =>
    v1(new HttpTransportV1(await http()), ...how),
  "the v2 client over stdio, 2026-07-28": (...how) => v2(new StdioClientTransport(stdio()), ...how),
  "the v2 client over HTTP, 2026-07-28": async (...how) =>
    v2(new StreamableHTTPClientTransport(await http()), ...how),
};

describe.each(Object.entries(clients))("%s", (_, connect) => {
  it("is asked for the arguments that are missing in prompts/get", async () => {
    const asked: Asked[] = [];
    const client = await connect({ user_name: "Ada", tone: "calm" }, asked);
    await client.callTool({
      name: "register_prompt",
      arguments: {
        name: "greet",
        template: "Hello {{ user.name }}, in a {{ tone }} tone, {{ closing }}",
        arguments: { tone: { description: "How it sounds", enum: ["calm", "loud"] } },
      },
    });

    const { messages } = await client.getPrompt({ name: "greet", arguments: { closing: "bye" } });

    expect(messages).toEqual([
      { role: "user", content: { type: "text", text: "Hello Ada, in a calm tone, bye" } },
    ]);
    expect(asked).toEqual([
      {
        message: "The prompt greet needs these values.",
        fields: {
          user_name: expect.objectContaining({ type: "string" }),
          tone: expect.objectContaining({ description: "How it sounds", enum: ["calm", "loud"] }),
        },
      },
    ]);
  });

  it.each([
    ["and their yes deletes it", true],
    ["and their no keeps it, though the model confirmed", false],
  ])("is asked before something is deleted, %s", async (_, confirm) => {
    const asked: Asked[] = [];
    const client = await connect({ confirm }, asked);
    await client.callTool({
      name: "register_prompt",
      arguments: { name: "greet", template: "Hello" },
    });

    const { structuredContent, isError } = await client.callTool({
      name: "delete_prompt",
      arguments: { name: "greet", confirm: "greet" },
    });

    if (confirm) expect(structuredContent).toMatchObject({ deleted: true });
    else expect(isError).toBe(true);
    const { prompts } = await client.listPrompts();
    expect(prompts.some(({ name }) => name === "greet")).toBe(!confirm);
    expect(asked.map(({ message }) => message)).toEqual([
      "Permanently delete prompt greet with 1 version? This server serves version 1 of it: callers would fail.",
    ]);
  });
});
