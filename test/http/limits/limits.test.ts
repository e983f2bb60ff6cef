import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { startStub } from "../../mlflow/stub.ts";
import { eventually } from "../../support/eventually.ts";
import {
  metric,
  modern,
  openSession,
  openStream,
  post,
  postModern,
  rpc,
  startService,
} from "../../support/http-service.ts";
import { deliver, event, secret } from "../../support/webhook-deliveries.ts";

const search = "GET /api/2.0/mlflow/registered-models/search";
const ann = { authorization: "Bearer ann" };
const bob = { authorization: "Bearer bob" };

/** A service before an MLflow that answers the first searches and holds the others. */
async function startHeld(variables: Readonly<Record<string, string>> = {}, answered = 1) {
  const mlflow = await startStub();
  const gone: Promise<unknown>[] = [];
  const held: (() => void)[] = [];
  const waiting: (() => void)[] = [];
  mlflow.on(search, ...Array.from({ length: answered }, () => ({ json: {} })), {
    raw: (response) => {
      gone.push(once(response, "close"));
      held.push(() => response.end("{}"));
      for (const told of waiting.splice(0)) told();
    },
  });
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

/**
 * Sends so many requests, each with all but the last byte of 4 MB.
 * @returns when all have been sent as far as they are read, and the first answer
 */
function sendUnfinished(url: string, count: number, headers: string) {
  const { port, pathname } = new URL(url);
  const length = 4 * 1_024 * 1_024;
  const head = `POST ${pathname} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n`;
  const body = Buffer.alloc(length - 1, " ");
  const answers: Promise<string>[] = [];
  const sent = Array.from({ length: count }, () => {
    const socket = connect(Number(port), "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    socket.on("error", () => undefined);
    answers.push(once(socket, "data").then(String));
    socket.write(`${head}${headers}content-length: ${length}\r\n\r\n`);
    return new Promise<void>((resolve) => socket.write(body, () => resolve()));
  });
  return { sent: Promise.all(sent), ended: Promise.race(answers) };
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

  it("of calls in flight give each caller a share", async () => {
    const service = await startHeld({ MLFLOW_PROMPTS_MAX_IN_FLIGHT: "8" }, 2);
    await post(service.url, rpc("tools/list"), bob);

    const held = [0, 1].map(() => post(service.url, rpc("prompts/list"), ann));
    const inFlight = () => metric(service.url, "mlflow_prompts_in_flight");
    await eventually(async () => expect(await inFlight()).toBe(2));
    const third = await post(service.url, rpc("tools/list"), ann);
    const others = await post(service.url, rpc("tools/list"), bob);
    await service.untilHeld();
    service.release();

    expect(third.status).toBe(429);
    expect(others.status).toBe(200);
    expect(await metric(service.url, 'mlflow_prompts_limited_total{limit="in_flight"}')).toBe(1);
    for (const { status } of await Promise.all(held)) expect(status).toBe(200);
  });

  it("of bodies that arrive slowly leave room for those of the same caller and of others", async () => {
    const mlflow = await startStub();
    mlflow.on(search, { json: {} });
    const { url } = await startService({
      MLFLOW_TRACKING_URI: mlflow.url,
      MLFLOW_PROMPTS_AUTH: "forward",
    });
    await post(url, rpc("tools/list"), ann);
    const { sent, ended } = sendUnfinished(url, 20, "authorization: Bearer ann\r\n");

    await sent;

    expect((await post(url, rpc("tools/list"), bob)).status).toBe(200);
    expect((await post(url, rpc("tools/list"), ann)).status).toBe(200);
    expect(await ended).toContain("HTTP/1.1 429");
    const share = 8 * 1_024 * 1_024;
    expect(await metric(url, "mlflow_prompts_body_bytes")).toBeLessThanOrEqual(share);
    expect(await metric(url, "mlflow_prompts_in_flight")).toBe(0);
  });

  it("of webhooks leave room for a signed one, whoever else sends from the same address", async () => {
    const { url } = await startService({ MLFLOW_PROMPTS_WEBHOOK_SECRET: secret });
    const hooks = new URL("/webhooks/mlflow", url).href;

    await sendUnfinished(hooks, 70, "").sent;
    const delivered = await deliver(url, event("prompt.created", { name: "summarize" }));

    expect(delivered.status).toBe(200);
    expect((await postModern(url, "prompts/list")).status).toBe(200);
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
    await openStream(url, session);

    const listen = modern("subscriptions/listen", { notifications: { promptsListChanged: true } });
    expect((await post(url, listen.body, listen.headers)).status).toBe(429);
    expect((await openStream(url, session)).status).toBe(429);
    expect((await postModern(url, "prompts/list")).status).toBe(200);
  });

  it("of streams give each caller a share", async () => {
    const mlflow = await startStub();
    mlflow.on(search, { json: {} });
    const { url } = await startService({
      MLFLOW_TRACKING_URI: mlflow.url,
      MLFLOW_PROMPTS_AUTH: "forward",
      MLFLOW_PROMPTS_MAX_STREAMS: "4",
      MLFLOW_PROMPTS_CALLER_SHARE: "50",
    });
    const streams = new AbortController();
    onTestFinished(() => streams.abort());
    const open = async (caller: typeof ann) => {
      const headers = {
        accept: "text/event-stream",
        ...caller,
        ...(await openSession(url, caller)),
      };
      return (await fetch(url, { headers, signal: streams.signal })).status;
    };

    expect([await open(ann), await open(ann), await open(ann)]).toEqual([200, 200, 429]);
    expect(await open(bob)).toBe(200);
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
