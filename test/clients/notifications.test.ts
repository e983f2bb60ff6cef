import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as StdioTransportV1 } from "@modelcontextprotocol/sdk/client/stdio.js";
import { describe, expect, it, onTestFinished } from "vitest";
import { eventually } from "../support/eventually.ts";
import { heardByV1 } from "../support/listening-clients.ts";
import { isolated, program } from "../support/program.ts";

const identity = { name: "test", version: "1.0.0" };

function stdio(environment = isolated().environment) {
  // The audit goes to standard error, and is not for whoever runs the tests.
  const stderr = "ignore" as const;
  return { command: process.execPath, args: [program, "stdio"], env: environment, stderr };
}

const register = {
  name: "register_prompt",
  arguments: { name: "watched", template: "Hello {{ who }}" },
};
const demote = {
  name: "delete_prompt_alias",
  arguments: { name: "watched", alias: "production", confirm: "watched", allow_breaking: true },
};
const promote = {
  name: "set_prompt_alias",
  arguments: { name: "watched", alias: "production", version: 1 },
};

describe("over stdio, a client is told of changes", () => {
  it("in the 2025 era, of resources when it subscribed to them", async () => {
    const client = new ClientV1(identity);
    const heard = heardByV1(client);
    await client.connect(new StdioTransportV1(stdio()));
    onTestFinished(() => client.close());

    await client.callTool(register);
    await eventually(() => expect(heard).toEqual(["prompts", "resources"]));
    await client.subscribeResource({ uri: "prompts:/watched@production" });
    await client.callTool(promote);

    await eventually(() =>
      expect(heard.slice(2)).toEqual(["prompts", "prompts:/watched@production"]),
    );
  });

  it("in 2026-07-28, of what it listens to", async () => {
    const client = new Client(identity, {
      versionNegotiation: { mode: { pin: "2026-07-28" } },
    });
    const heard: string[] = [];
    client.setNotificationHandler("notifications/prompts/list_changed", () => {
      heard.push("prompts");
    });
    client.setNotificationHandler("notifications/resources/updated", ({ params }) => {
      heard.push(params.uri);
    });
    await client.connect(new StdioClientTransport(stdio()));
    onTestFinished(() => client.close());
    await client.callTool(register);
    const subscription = await client.listen({
      promptsListChanged: true,
      resourceSubscriptions: ["prompts:/watched@production"],
    });

    await client.callTool(promote);

    await eventually(() => expect(heard).toEqual(["prompts", "prompts:/watched@production"]));
    await subscription.close();
  });

  it("that another program makes in the same file, in both eras", async () => {
    const { environment } = isolated({ MLFLOW_PROMPTS_POLL_INTERVAL: "0.2" });
    const old = new ClientV1(identity);
    await old.connect(new StdioTransportV1(stdio(environment)));
    onTestFinished(() => old.close());
    await old.callTool(register);
    const heardByOld = heardByV1(old);
    await old.subscribeResource({ uri: "prompts:/watched" });
    const client = new Client(identity, { versionNegotiation: { mode: { pin: "2026-07-28" } } });
    const heard: string[] = [];
    client.setNotificationHandler("notifications/resources/updated", ({ params }) => {
      heard.push(params.uri);
    });
    await client.connect(new StdioClientTransport(stdio(environment)));
    onTestFinished(() => client.close());
    await client.listPrompts();
    const listened = await client.listen({
      resourceSubscriptions: ["prompts:/watched@production"],
    });
    const dropped = await client.listen({ resourceSubscriptions: ["prompts:/summarize"] });
    await dropped.close();
    const other = new ClientV1(identity);
    await other.connect(new StdioTransportV1(stdio(environment)));
    onTestFinished(() => other.close());

    await eventually(async () => {
      await other.callTool(promote);
      await other.callTool(demote);
      expect(heardByOld).toContain("prompts:/watched");
      expect(heard).toContain("prompts:/watched@production");
    });

    expect(heard).not.toContain("prompts:/summarize");
    expect(heardByOld).toContain("resources");
    await listened.close();
  });
});
