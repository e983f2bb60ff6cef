import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as HttpTransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import {
  PromptListChangedNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { describe, expect, it, onTestFinished } from "vitest";
import { startStub } from "../../mlflow/stub.ts";
import { startCuttingProxy } from "../../support/cutting-proxy.ts";
import { eventually } from "../../support/eventually.ts";
import {
  initialize,
  metric,
  openSession,
  openStream,
  post,
  postModern,
  rpc,
  startService,
} from "../../support/http-service.ts";
import { registerNext } from "../../support/register-next.ts";

const list = rpc("prompts/list");

function register(url: string, name: string) {
  return registerNext(
    (args) => postModern(url, "tools/call", { name: "register_prompt", arguments: args }),
    { name, template: `Hello {{ who }} ${Math.random()}` },
  );
}

async function stillOpen(url: string, session: Readonly<Record<string, string>>) {
  return (await post(url, list, session)).status === 200;
}

describe("a session", () => {
  it("is opened by initialize, serves requests, and is ended by DELETE", async () => {
    const { url } = await startService();
    const session = await openSession(url);

    expect(await post(url, list, session)).toMatchObject({
      status: 200,
      message: { result: { prompts: expect.any(Array) } },
    });
    expect((await fetch(url, { method: "DELETE", headers: session })).status).toBe(200);
    expect(await post(url, list, session)).toMatchObject({
      status: 404,
      message: { error: { message: expect.stringContaining("initialize") } },
    });
  });

  it.each(["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])(
    "is opened in revision %s",
    async (revision) => {
      const { url } = await startService();

      const opened = await post(url, initialize(revision));

      expect(opened.message?.result).toMatchObject({
        protocolVersion: revision,
        capabilities: { prompts: { listChanged: true }, resources: { subscribe: true } },
      });
    },
  );

  it("is not there under an id that nobody was given", async () => {
    const { url } = await startService();

    expect(await post(url, list, { "mcp-session-id": "guessed" })).toMatchObject({ status: 404 });
  });

  it("is not needed by a 2025-era request, nor had by one where the server keeps none", async () => {
    const { url } = await startService({ MLFLOW_PROMPTS_STATELESS: "true" });

    const opened = await post(url, initialize());

    expect(opened.headers.get("mcp-session-id")).toBeNull();
    expect(opened.message?.result).toMatchObject({ capabilities: { prompts: {} } });
    expect(await post(url, list)).toMatchObject({ status: 200 });
    expect(await post(url, list, { "mcp-session-id": "of-another-replica" })).toMatchObject({
      status: 200,
    });
  });

  it("ends when it has been idle for too long, unless a stream of it is open", async () => {
    const { url } = await startService({ MLFLOW_PROMPTS_SESSION_IDLE: "1" });
    // On a machine that stands still for a second it may be gone before it has a stream.
    const streaming = await eventually(async () => {
      const session = await openSession(url);
      expect((await openStream(url, session)).status).toBe(200);
      return session;
    });
    const idle = await openSession(url);

    await eventually(async () => expect(await metric(url, "mlflow_prompts_sessions")).toBe(1));

    expect(await stillOpen(url, idle)).toBe(false);
    expect(await stillOpen(url, streaming)).toBe(true);
  });

  it("makes room for another when there are too many: the longest idle goes", async () => {
    const { url } = await startService({ MLFLOW_PROMPTS_MAX_SESSIONS: "2" });
    const first = await openSession(url);
    const second = await openSession(url);
    await post(url, list, first);

    const third = await openSession(url);

    expect(await stillOpen(url, second)).toBe(false);
    expect(await stillOpen(url, first)).toBe(true);
    expect(await stillOpen(url, third)).toBe(true);
  });

  it("is refused with 429 when every session is in use", async () => {
    const { url } = await startService({ MLFLOW_PROMPTS_MAX_SESSIONS: "1" });
    const session = await openSession(url);
    await openStream(url, session);

    const refused = await post(url, initialize());

    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await stillOpen(url, session)).toBe(true);
  });

  it("in use makes room for another caller's when one caller has more than its share", async () => {
    const mlflow = await startStub();
    mlflow.on("GET /api/2.0/mlflow/registered-models/search", { json: {} });
    const { url } = await startService({
      MLFLOW_TRACKING_URI: mlflow.url,
      MLFLOW_PROMPTS_AUTH: "forward",
      MLFLOW_PROMPTS_MAX_SESSIONS: "2",
      MLFLOW_PROMPTS_CALLER_SHARE: "50",
    });
    const streams = new AbortController();
    onTestFinished(() => streams.abort());
    const inUse = async (caller: Readonly<Record<string, string>>) => {
      const session = { ...caller, ...(await openSession(url, caller)) };
      const headers = { accept: "text/event-stream", ...session };
      await fetch(url, { headers, signal: streams.signal });
      return session;
    };
    // Each has a stream, and one caller all of the sessions.
    const ann = { authorization: "Bearer ann" };
    const first = await inUse(ann);
    const second = await inUse(ann);

    const bob = await openSession(url, { authorization: "Bearer bob" });

    expect(await stillOpen(url, first)).toBe(false);
    expect(await stillOpen(url, second)).toBe(true);
    expect(await stillOpen(url, { authorization: "Bearer bob", ...bob })).toBe(true);
  });

  it("is not left behind by an initialize request that is none", async () => {
    const { url } = await startService();

    await post(url, { jsonrpc: "2.0", id: 1, method: "initialize", params: {} });
    await post(url, initialize(), { accept: "application/json" });

    expect(await metric(url, "mlflow_prompts_sessions")).toBe(0);
  });
});

describe("changes", () => {
  it("reach the real v1 client in its session, and what it subscribed to and no more", async () => {
    const { url } = await startService();
    await register(url, "watched");
    const { client, heard } = await v1(url);
    await client.subscribeResource({ uri: "prompts:/watched" });

    await register(url, "watched");
    await eventually(() => expect(heard).toEqual(["list", "prompts:/watched"]));
    await register(url, "other");
    await eventually(() => expect(heard).toEqual(["list", "prompts:/watched", "list"]));
    await client.unsubscribeResource({ uri: "prompts:/watched" });
    await register(url, "watched");
    await eventually(() => expect(heard.filter((one) => one === "list")).toHaveLength(3));

    expect(heard.filter((one) => one !== "list")).toEqual(["prompts:/watched"]);
  });

  it("of a prompt that is not there cannot be subscribed to", async () => {
    const { url } = await startService();
    const { client } = await v1(url);

    await expect(client.subscribeResource({ uri: "prompts:/absent" })).rejects.toThrow("absent");
    await expect(client.subscribeResource({ uri: "file:///etc/passwd" })).rejects.toThrow(
      "prompts:/",
    );
  });

  it("reach the real v2 client that listens in 2026-07-28", async () => {
    const { url } = await startService();
    await register(url, "watched");
    const client = new Client(
      { name: "test", version: "1.0.0" },
      { versionNegotiation: { mode: { pin: "2026-07-28" } } },
    );
    await client.connect(new StreamableHTTPClientTransport(new URL(url)));
    onTestFinished(() => client.close());
    const heard: string[] = [];
    client.setNotificationHandler("notifications/prompts/list_changed", () => {
      heard.push("list");
    });
    client.setNotificationHandler("notifications/resources/updated", ({ params }) => {
      heard.push(params.uri);
    });
    const subscription = await client.listen({
      promptsListChanged: true,
      resourceSubscriptions: ["prompts:/watched@latest", "prompts:/absent"],
    });
    onTestFinished(() => subscription.close());

    await register(url, "watched");

    await eventually(() => expect(heard).toEqual(["list", "prompts:/watched@latest"]));
    expect(subscription.honoredFilter).toEqual({
      promptsListChanged: true,
      resourceSubscriptions: ["prompts:/watched@latest"],
    });
  });

  it("that were missed while the stream was broken arrive when it is resumed", async () => {
    const { url } = await startService();
    const proxy = await startCuttingProxy(url);
    const { heard } = await v1(proxy.url);
    await register(url, "first");
    await eventually(() => expect(heard).toEqual(["list"]));

    proxy.cut();
    await register(url, "second");
    proxy.mend();

    await eventually(() => expect(heard).toEqual(["list", "list"]));
  });
});

describe("an answer that was missed because its stream broke", () => {
  it("is there when the stream is resumed, in this session and in no other", async () => {
    const mlflow = await startStub();
    const held: (() => void)[] = [];
    const search = "GET /api/2.0/mlflow/registered-models/search";
    mlflow.on(search, { json: {} }, { raw: (response) => held.push(() => response.end("{}")) });
    const { url } = await startService({
      MLFLOW_TRACKING_URI: mlflow.url,
      MLFLOW_PROMPTS_AUTH: "forward",
    });
    const ann = { authorization: "Bearer ann" };
    const session = { ...ann, ...(await openSession(url, ann)) };
    const other = { ...ann, ...(await openSession(url, ann)) };

    const broken = new AbortController();
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        "mcp-protocol-version": "2025-11-25",
        ...session,
      },
      body: JSON.stringify(list),
      signal: broken.signal,
    });
    const opening = await response.body?.getReader().read();
    const id = /^id: (.+)$/m.exec(new TextDecoder().decode(opening?.value))?.[1] ?? "";
    broken.abort();
    const stream = { accept: "text/event-stream", "last-event-id": id };
    expect((await fetch(url, { headers: { ...other, ...stream } })).status).toBe(400);
    const resumed = await fetch(url, { headers: { ...session, ...stream } });
    for (const answer of held) answer();

    expect(await resumed.text()).toContain('"result":{"prompts":[]');
  });
});

async function v1(url: string) {
  const client = new ClientV1({ name: "test", version: "1.0.0" });
  const heard: string[] = [];
  client.setNotificationHandler(PromptListChangedNotificationSchema, () => {
    heard.push("list");
  });
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
    heard.push(params.uri);
  });
  const reconnectionOptions = {
    initialReconnectionDelay: 50,
    maxReconnectionDelay: 200,
    reconnectionDelayGrowFactor: 1.5,
    maxRetries: 20,
  };
  await client.connect(new HttpTransportV1(new URL(url), { reconnectionOptions }));
  onTestFinished(() => client.close());
  // The client opens its stream after initializing, and says nothing when it has.
  await eventually(async () =>
    expect(await metric(url, "mlflow_prompts_streams")).toBeGreaterThan(0),
  );
  return { client, heard };
}
