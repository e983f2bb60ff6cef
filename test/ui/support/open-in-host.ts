import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { expect, onTestFinished } from "vitest";
import { callTool } from "../../support/call-tool.ts";
import { isolated, startHttp } from "../../support/program.ts";
import { type HostOptions, OwnHost } from "./own-host.ts";
import type { View } from "./view.ts";

/**
 * The built program with its samples, shown in a host; whatever the view sends is as MCP Apps wants it.
 * @param seed what agents did before
 */
export async function openInHost(
  options: HostOptions = {},
  seed?: (call: View["call"]) => Promise<unknown>,
  variables: Readonly<Record<string, string>> = {},
): Promise<OwnHost> {
  const { url } = await startHttp(isolated(variables).environment);
  const ui = { mimeTypes: ["text/html;profile=mcp-app"] };
  const client = new Client(
    { name: "host", version: "1.0.0" },
    {
      versionNegotiation: { mode: "auto" },
      capabilities: { extensions: { "io.modelcontextprotocol/ui": ui } },
    },
  );
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  onTestFinished(() => client.close());
  await seed?.(async (tool, args = {}) => {
    const outcome = await callTool(client, tool, args);
    if (outcome.isError) throw new Error(outcome.text);
    return outcome;
  });
  const host = await OwnHost.open(client, options);
  onTestFinished(() => expect(host.wrong).toEqual([]));
  return host;
}
