import type { Client } from "@modelcontextprotocol/client";

export interface ToolOutcome {
  /** The first block's text: what a client that shows only text shows. */
  readonly text: string;
  readonly structured: unknown;
  readonly isError: boolean;
}

export async function callTool(client: Client, name: string, args = {}): Promise<ToolOutcome> {
  const result = await client.callTool({ name, arguments: args });
  const [first] = result.content;
  return {
    text: first?.type === "text" ? first.text : "",
    structured: result.structuredContent,
    isError: result.isError === true,
  };
}
