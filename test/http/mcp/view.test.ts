import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { describe, expect, it, onTestFinished } from "vitest";
import { tools } from "../../../src/tools/catalogue.ts";
import { startService } from "../../support/http-service.ts";

const extension = "io.modelcontextprotocol/ui";
const page = "text/html;profile=mcp-app";
const opening = tools.filter(({ view }) => view === "opens").map(({ name }) => name);
const used = tools.filter(({ view }) => view === "used").map(({ name }) => name);

type Era = "auto" | "legacy";

async function connect(era: Era, showsViews: boolean, variables = {}): Promise<Client> {
  const { url } = await startService(variables);
  const client = new Client(
    { name: "host", version: "1.0.0" },
    {
      versionNegotiation: { mode: era },
      capabilities: showsViews ? { extensions: { [extension]: { mimeTypes: [page] } } } : {},
    },
  );
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  onTestFinished(() => client.close());
  return client;
}

async function listed(client: Client): Promise<readonly string[]> {
  return (await client.listTools()).tools.map(({ name }) => name);
}

describe.each(["auto", "legacy"] as const)("a client of the %s era", (era) => {
  it("that shows views sees the tools that open the view and those that it calls", async () => {
    const client = await connect(era, true);
    const names = await listed(client);
    expect(names).toEqual(expect.arrayContaining([...opening, ...used]));
  });

  it("that shows none sees none of them, and may call them all the same", async () => {
    const client = await connect(era, false);
    const names = await listed(client);
    expect(names.filter((name) => [...opening, ...used].includes(name))).toEqual([]);
    const { structuredContent } = await client.callTool({ name: "open_prompt", arguments: {} });
    expect(structuredContent).toEqual({ path: "/" });
  });

  it("learns where the page is, who may call what, and that the server has views", async () => {
    const client = await connect(era, true);
    expect(client.getServerCapabilities()?.extensions).toHaveProperty([extension]);
    const { tools: found } = await client.listTools();
    const uiOf = (name: string) => found.find((tool) => tool.name === name)?._meta?.ui;
    for (const name of opening) {
      expect(uiOf(name)).toEqual({ resourceUri: "ui://mlflow-prompts/view" });
    }
    for (const name of used) expect(uiOf(name)).toEqual({ visibility: ["app"] });
  });

  it("reads the page, which asks for no other origin and no permission, and is in no list", async () => {
    const client = await connect(era, true);
    const uri = "ui://mlflow-prompts/view";
    expect((await client.listResources()).resources.map((one) => one.uri)).not.toContain(uri);
    const { contents } = await client.readResource({ uri });
    expect(contents).toEqual([
      {
        ...{ uri, mimeType: page, text: expect.stringMatching(/^<!doctype html>/) },
        _meta: { ui: { csp: {}, prefersBorder: false } },
      },
    ]);
  });

  it("finds neither tools nor page with --no-ui, and is told why", async () => {
    const client = await connect(era, true, { MLFLOW_PROMPTS_UI: "false" });
    const names = await listed(client);
    expect(names.filter((name) => [...opening, ...used].includes(name))).toEqual([]);
    expect(client.getServerCapabilities()?.extensions ?? {}).not.toHaveProperty([extension]);
    await expect(client.callTool({ name: "open_prompt", arguments: {} })).rejects.toThrow(
      /--no-ui/,
    );
    await expect(client.readResource({ uri: "ui://mlflow-prompts/view" })).rejects.toThrow();
  });
});
