import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { startStub } from "../mlflow/stub.ts";
import {
  modern,
  openSession,
  post,
  postModern,
  rpc,
  startService,
} from "../support/http-service.ts";

const search = "GET /api/2.0/mlflow/registered-models/search";
const ann = { authorization: "Bearer ann" };
const bob = { authorization: "Bearer bob" };

/** A service before an MLflow that answers the first search and holds the others. */
async function startHeld(variables: Readonly<Record<string, string>> = {}) {
  const mlflow = await startStub();
  const gone: Promise<unknown>[] = [];
  const held: (() => void)[] = [];
  const waiting: (() => void)[] = [];
  mlflow.on(
    search,
    { json: {} },
    {
      raw: (response) => {
        gone.push(once(response, "close"));
        held.push(() => response.end("{}"));
        for (const told of waiting.splice(0)) told();
      },
    },
  );
  const service = await startService({
    MLFLOW_TRACKING_URI: mlflow.url,
    MLFLOW_PROMPTS_AUTH: "forward",
    MLFLOW_HTTP_REQUEST_MAX_RETRIES: "0",
    ...variables,
  });
  await post(service.url, rpc("tools/list"), ann);
  return {
    ...service,
    gone,
    release: () =>
      held.splice(0).forEach((answer) => {
        answer();
      }),
    async untilHeld() {
      if (held.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}

describe("limits", () => {
  it("of calls in flight are answered with 429, and only while they last", async () => {
    const service = await startHeld({ MLFLOW_PROMPTS_MAX_IN_FLIGHT: "1" });

    const first = post(service.url, rpc("prompts/list"), ann);
    await service.untilHeld();
    const second = await post(service.url, rpc("tools/list"), ann);
    service.release();

    expect(second.status).toBe(429);
    expect(second.headers.get("retry-after")).toBe("1");
    expect((await first).status).toBe(200);
    expect((await post(service.url, rpc("tools/list"), ann)).status).toBe(200);
  });

  it("of requests a minute are each caller's own", async () => {
    const mlflow = await startStub();
    mlflow.on(search, { json: {} });
    const { url } = await startService({
      MLFLOW_TRACKING_URI: mlflow.url,
      MLFLOW_PROMPTS_AUTH: "forward",
      MLFLOW_PROMPTS_RATE_LIMIT: "3",
    });
    const call = (caller: typeof ann) => post(url, rpc("tools/list"), caller);

    const statuses = [];
    for (let count = 0; count < 4; count++) statuses.push((await call(ann)).status);

    expect(statuses).toEqual([200, 200, 200, 429]);
    const refused = await call(ann);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await call(bob)).status).toBe(200);
  });

  it("of streams are answered with 429", async () => {
    const { url } = await startService({ MLFLOW_PROMPTS_MAX_STREAMS: "1" });
    const session = await openSession(url);
    const stream = new AbortController();
    onTestFinished(() => stream.abort());
    const headers = { accept: "text/event-stream", ...session };
    await fetch(url, { headers, signal: stream.signal });

    const listen = modern("subscriptions/listen", { notifications: { promptsListChanged: true } });
    expect((await post(url, listen.body, listen.headers)).status).toBe(429);
    expect((await fetch(url, { headers })).status).toBe(429);
    expect((await postModern(url, "prompts/list")).status).toBe(200);
  });

  it("of time end a request that arrives too slowly, and nobody else's", async () => {
    const { url } = await startService({ MLFLOW_PROMPTS_REQUEST_TIMEOUT: "1" });
    const { port } = new URL(url);
    const slow = connect(Number(port), "127.0.0.1");
    slow.on("error", () => undefined);
    slow.write("POST /mcp HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n");

    const chunks: Buffer[] = [];
    slow.on("data", (chunk) => chunks.push(chunk));
    const ended = once(slow, "close");
    expect((await post(url, rpc("prompts/list"))).status).toBe(200);
    await ended;

    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 408/);
  });
});

describe("a caller that goes away", () => {
  it.each([
    ["a 2026-07-28 request", modern("prompts/list")],
    ["a 2025-era request", { body: rpc("prompts/list"), headers: {} }],
  ])("takes its request to MLflow with it: %s", async (_, { body, headers }) => {
    const service = await startHeld();
    const leaving = new AbortController();

    const call = fetch(service.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...headers,
        ...ann,
      },
      body: JSON.stringify(body),
      signal: leaving.signal,
    });
    await service.untilHeld();
    leaving.abort();

    await expect(call).rejects.toThrow();
    await Promise.all(service.gone);
  });

  it("or cancels it within a session", async () => {
    const service = await startHeld();
    const session = { ...ann, ...(await openSession(service.url, ann)) };

    const call = post(service.url, rpc("prompts/list"), session);
    await service.untilHeld();
    await post(
      service.url,
      { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } },
      session,
    );

    await Promise.all(service.gone);
    expect((await call).message?.error?.message).toContain("cancelled");
  });
});
