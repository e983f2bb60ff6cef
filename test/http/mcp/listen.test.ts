import { Client, InMemoryTransport } from "@modelcontextprotocol/client";
import { describe, expect, it, onTestFinished } from "vitest";
import { Listeners } from "../../../src/http/mcp/listen.ts";
import { PromptMemo } from "../../../src/prompts/memo.ts";
import { ChangeHub } from "../../../src/registry/changes/change-hub.ts";
import { cacheHints } from "../../../src/server/cache-hints.ts";
import { createServerFactory } from "../../../src/server/server.ts";
import { serveModels } from "../../mlflow/serve-models.ts";
import { startStub } from "../../mlflow/stub.ts";
import { emptyRegistry, sessionOf, text } from "../../support/embedded-session.ts";
import { eventually } from "../../support/eventually.ts";
import {
  modern,
  openSession,
  post,
  postModern,
  rpc,
  startService,
} from "../../support/http-service.ts";
import { openListenStream } from "../../support/listen-stream.ts";
import { plenty } from "../../support/plenty.ts";

function listen(uris: readonly string[]) {
  return modern("subscriptions/listen", { notifications: { resourceSubscriptions: uris } });
}

const ann = { authorization: "Bearer ann" };

function register(url: string, name: string) {
  const args = { name, template: "Hello {{ who }}" };
  return postModern(url, "tools/call", { name: "register_prompt", arguments: args });
}

const named = (count: number) => Array.from({ length: count }, (_, n) => `prompt-${n}`);

function createServer() {
  return createServerFactory({
    memo: new PromptMemo(),
    cacheHints: cacheHints(1_000, false),
  });
}

/** Opens a stream; what it says first is which resources are watched. */
async function watchedOn(
  url: string,
  uris: readonly string[],
  caller: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const closed = new AbortController();
  onTestFinished(() => closed.abort());
  const response = await openListenStream(
    url,
    { resourceSubscriptions: uris },
    { headers: caller, signal: closed.signal },
  );
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let read = "";
  while (!read.includes("\n\n")) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) throw new Error(`There is no stream: ${response.status} ${read}`);
    read += decoder.decode(value);
  }
  const acknowledged = JSON.parse(/^data: (.*)$/m.exec(read)?.[1] ?? "");
  return acknowledged.params.notifications.resourceSubscriptions;
}

describe("what is listened to", () => {
  it("is asked of MLflow together, and so costs few requests", async () => {
    const mlflow = await startStub();
    const names = named(1_000);
    serveModels(mlflow, names.slice(1));
    const { url } = await startService({
      MLFLOW_TRACKING_URI: mlflow.url,
      MLFLOW_PROMPTS_AUTH: "forward",
    });
    const before = mlflow.routes().length;

    const uris = names.map((name) => `prompts:/${name}`);
    const watched = await watchedOn(url, uris, ann);

    expect(new Set(Array.isArray(watched) ? watched : [])).toEqual(new Set(uris.slice(1)));
    expect(mlflow.routes().length - before).toBeLessThan(12);
  });

  it("is what was remembered, while MLflow is away", async () => {
    const mlflow = await startStub();
    serveModels(mlflow, named(2));
    const { url } = await startService({
      MLFLOW_TRACKING_URI: mlflow.url,
      MLFLOW_PROMPTS_AUTH: "forward",
      MLFLOW_HTTP_REQUEST_MAX_RETRIES: "0",
    });
    const uris = named(2).map((name) => `prompts:/${name}`);
    // What a caller has read is remembered, and not what a list has shown.
    const load = { name: "load_prompt", arguments: { name: named(1)[0] } };
    expect((await post(url, rpc("tools/call", load), ann)).text).toContain("version");
    await watchedOn(url, uris.slice(0, 1), ann);
    await mlflow.stop();

    expect(await watchedOn(url, uris.slice(0, 1), ann)).toEqual(uris.slice(0, 1));
    const { body, headers } = listen(uris);
    const refused = await post(url, body, { ...headers, ...ann });
    expect(refused.message?.error).toMatchObject({
      code: -32_603,
      message: expect.stringContaining("MLflow"),
    });
  });

  it("is at most a thousand resources", async () => {
    const { url } = await startService();
    const { body, headers } = listen(named(1_001).map((name) => `prompts:/${name}`));

    expect(await post(url, body, headers)).toMatchObject({
      status: 400,
      message: {
        error: { code: -32_602, message: expect.stringContaining("Name 1000 at most") },
      },
    });
  });

  it("counts as a request for each prompt", async () => {
    const { url } = await startService({ MLFLOW_PROMPTS_RATE_LIMIT: "10" });
    const uris = named(8).flatMap((name) => [`prompts:/${name}`, `prompts:/${name}/1`]);

    await post(url, listen(uris).body, listen(uris).headers);

    expect((await postModern(url, "prompts/list")).status).toBe(200);
    expect((await postModern(url, "prompts/list")).status).toBe(429);
  });

  it("is named in the one spelling that notifications have, and only once", async () => {
    const { url } = await startService();
    await register(url, "brainstorm");

    const watched = await watchedOn(url, [
      "prompts:///brainstorm",
      "prompts:/brainstorm",
      "prompts:/brainstorm",
      `prompts:${"/".repeat(1_000)}brainstorm`,
      "prompts:/brainstorm@LATEST",
    ]);

    expect(watched).toEqual(["prompts:/brainstorm"]);
  });

  it("may be a skill of a prompt, unless the server has none", async () => {
    const skill = "skill://prompts/brainstorm/SKILL.md";
    const uris = [skill, "skill://prompts/brainstorm", "prompts:/brainstorm"];
    const on = await startService();
    await register(on.url, "brainstorm");
    const off = await startService({ MLFLOW_PROMPTS_SKILLS: "off" });
    await register(off.url, "brainstorm");

    expect(await watchedOn(on.url, uris)).toEqual([skill, "prompts:/brainstorm"]);
    expect(await watchedOn(off.url, uris)).toEqual(["prompts:/brainstorm"]);
  });

  it("takes room, as long as the stream is open", async () => {
    const registry = emptyRegistry();
    for (const name of named(2)) await registry.registerVersion(name, text("Hello"));
    const limit = plenty(3);
    const session = sessionOf(registry, {
      changes: new ChangeHub().of(undefined),
      reserveSubscriptions: () => limit.take("ann", 0),
    });
    const listeners = new Listeners(createServer(), () => undefined);
    const open = (uris: readonly string[]) => {
      const { body, headers } = listen(uris);
      const sent = { "content-type": "application/json", accept: "text/event-stream", ...headers };
      const request = new Request("http://server/mcp", { method: "POST", headers: sent });
      return listeners.serve(request, body, session);
    };

    const first = await open(["prompts:/prompt-0", "prompts:/prompt-1", "prompts:/absent"]);
    expect(limit.used).toBe(2);
    await expect(open(["prompts:/prompt-0", "prompts:/prompt-1"])).rejects.toThrow("no room");
    expect(limit.used).toBe(2);
    await first.body?.cancel();
    await eventually(() => expect(limit.used).toBe(0));
  });
});

describe("resources/subscribe", () => {
  const subscribe = (uri: string) => rpc("resources/subscribe", { uri });

  it("refuses other spellings of a resource, and says which is right", async () => {
    const { url } = await startService();
    await register(url, "brainstorm");
    const session = await openSession(url);

    const answer = await post(url, subscribe("prompts:///brainstorm"), session);

    expect(answer.message?.error?.message).toContain(
      'The URI of this resource is "prompts:/brainstorm"',
    );
    expect((await post(url, subscribe("prompts:/brainstorm"), session)).message?.result).toEqual(
      {},
    );
  });

  it("takes the skill of a prompt, and no folder", async () => {
    const { url } = await startService();
    await register(url, "brainstorm");
    const session = await openSession(url);
    const answer = async (uri: string) => (await post(url, subscribe(uri), session)).message;

    expect(await answer("skill://prompts/brainstorm/SKILL.md")).toMatchObject({ result: {} });
    expect((await answer("skill://prompts/brainstorm"))?.error?.message).toContain("is a folder");
  });

  it("takes a thousand resources of a session, each once, and room for them", async () => {
    const registry = emptyRegistry();
    await registry.registerVersion("brainstorm", text("Hello"));
    const limit = plenty();
    const session = sessionOf(registry, {
      changes: new ChangeHub().of(undefined),
      reserveSubscriptions: () => limit.take("ann", 0),
    });
    const server = createServer()(session, { era: "legacy", lasting: true });
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    const client = new Client({ name: "test", version: "1.0.0" });
    await Promise.all([server.connect(ours), client.connect(theirs)]);
    const watch = (version: number) =>
      client.subscribeResource({ uri: `prompts:/brainstorm/${version}` });

    for (let version = 1; version <= 1_000; version++) await watch(version);

    await expect(watch(1_001)).rejects.toThrow("1000 resources are watched already");
    expect(limit.used).toBe(1_000);
    await client.unsubscribeResource({ uri: "prompts:/brainstorm/7" });
    await watch(8);
    expect(limit.used).toBe(999);
    await client.close();
    await eventually(() => expect(limit.used).toBe(0));
  });
});
