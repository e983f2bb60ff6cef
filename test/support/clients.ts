import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as StdioTransportV1 } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as HttpTransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { expect } from "vitest";
import { isolated, program, startHttp } from "./program.ts";
import { whenDone } from "./when-done.ts";

/** What the tests use of a client, as far as the clients of both SDKs agree on it. */
export interface McpClient {
  listPrompts(): Promise<{ readonly prompts: readonly ListedPrompt[] }>;
  getPrompt(params: {
    name: string;
    arguments?: Record<string, string>;
    _meta?: Record<string, unknown>;
  }): Promise<{ readonly messages: readonly unknown[]; readonly _meta?: unknown }>;
  callTool(params: { name: string; arguments?: Record<string, unknown> }): Promise<ToolResult>;
  listResources(): Promise<{ readonly resources: readonly { readonly uri: string }[] }>;
  readResource(params: { uri: string }): Promise<{ readonly contents: readonly unknown[] }>;
}

interface ToolResult {
  readonly structuredContent?: unknown;
  readonly isError?: unknown;
  /** The v1 client's type has results of another shape, from a protocol before 2025. */
  readonly [other: string]: unknown;
}

interface ListedPrompt {
  readonly name: string;
  readonly description?: string | undefined;
  readonly arguments?:
    | readonly { readonly name: string; readonly required?: boolean | undefined }[]
    | undefined;
}

/** Starts the built program with these variables; the client hangs up when the test is done. */
type Connect = (variables?: Readonly<Record<string, string>>) => Promise<McpClient>;

const identity = { name: "test", version: "1.0.0" };

/** Each client there is, over each transport and in each era of the protocol that it speaks. */
export const clients: Readonly<Record<string, Connect>> = {
  "the v1 client over stdio": async (variables) => {
    const client = new ClientV1(identity);
    await client.connect(new StdioTransportV1(stdio(variables)));
    whenDone(() => client.close());
    return client;
  },
  "the v1 client over HTTP": async (variables) => {
    const client = new ClientV1(identity);
    const { url } = await startHttp(isolated(variables).environment);
    await client.connect(new HttpTransportV1(new URL(url)));
    whenDone(() => client.close());
    return client;
  },
  "the v2 client over stdio, 2025 era": (variables) => v2Stdio("legacy", variables),
  "the v2 client over stdio, 2026-07-28": (variables) => v2Stdio("modern", variables),
  "the v2 client over HTTP, 2025 era": (variables) => v2Http("legacy", variables),
  "the v2 client over HTTP, 2026-07-28": (variables) => v2Http("modern", variables),
};

type Era = "legacy" | "modern";

async function v2Stdio(era: Era, variables?: Readonly<Record<string, string>>) {
  return v2(era, new StdioClientTransport(stdio(variables)));
}

async function v2Http(era: Era, variables?: Readonly<Record<string, string>>) {
  const { url } = await startHttp(isolated(variables).environment);
  return v2(era, new StreamableHTTPClientTransport(new URL(url)));
}

async function v2(era: Era, transport: Parameters<Client["connect"]>[0]): Promise<McpClient> {
  const client = new Client(
    identity,
    era === "modern" ? { versionNegotiation: { mode: { pin: "2026-07-28" } } } : {},
  );
  await client.connect(transport);
  whenDone(() => client.close());
  expect(client.getProtocolEra()).toBe(era);
  return client;
}

/** How a client starts the program, over stdio and in a home of its own. */
function stdio(variables?: Readonly<Record<string, string>>) {
  const { environment } = isolated(variables);
  // The audit goes to standard error, and is not for whoever runs the tests.
  const stderr = "ignore" as const;
  return { command: process.execPath, args: [program, "stdio"], env: environment, stderr };
}
