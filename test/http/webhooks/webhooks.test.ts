import { describe, expect, it, vi } from "vitest";
import type { Change } from "../../../src/registry/changes/change-hub.ts";
import { eventually } from "../../support/eventually.ts";
import { metric, startService } from "../../support/http-service.ts";
import { listeningClients } from "../../support/listening-clients.ts";
import { deliver, event, secret } from "../../support/webhook-deliveries.ts";
import { startWebhookRoute } from "../../support/webhook-route.ts";

const withSecret = { MLFLOW_PROMPTS_WEBHOOK_SECRET: secret };
const created = event("prompt.created", { name: "summarize", tags: {}, description: null });
const accepted = { status: 200, text: '{"outcome":"accepted"}' };
const ignored = { status: 200, text: '{"outcome":"ignored"}' };

function counted(url: string, outcome: string): Promise<number> {
  return metric(url, `mlflow_prompts_webhook_deliveries_total{outcome="${outcome}"}`);
}

/** The service and a client that is told of changes in its default workspace. */
async function startWithListener() {
  const service = await startService(withSecret);
  const listen = listeningClients["2026-07-28"];
  const heard = await listen(service.url, {}, ["prompts:/summarize", "prompts:/review-code"]);
  return { ...service, heard };
}

describe("POST /webhooks/mlflow", () => {
  it("tells clients of a change that MLflow delivers", async () => {
    const { url, heard } = await startWithListener();

    expect(await deliver(url, created)).toMatchObject(accepted);

    await eventually(() => expect(heard).toEqual(["prompts", "resources", "prompts:/summarize"]));
    expect(await counted(url, "accepted")).toBe(1);
  });

  it("tells nobody of a change in another workspace", async () => {
    const { url, heard } = await startWithListener();

    expect(
      await deliver(url, event("prompt.created", { name: "review-code" }, "red")),
    ).toMatchObject(accepted);
    expect(
      await deliver(url, event("prompt.created", { name: "summarize" }, "default")),
    ).toMatchObject(accepted);

    await eventually(() => expect(heard).toContain("prompts:/summarize"));
    expect(heard).not.toContain("prompts:/review-code");
  });

  it("is not there without a secret", async () => {
    const { url } = await startService();
    expect(await deliver(url, created)).toMatchObject({ status: 404 });
  });

  it.each([
    ["a wrong secret", { secret: "another secret, long enough" }, "The signature is wrong"],
    ["no signature", { headers: { "x-mlflow-signature": undefined } }, "X-MLflow-Signature"],
    ["another scheme", { headers: { "x-mlflow-signature": "v2,abc" } }, "The signature is wrong"],
    ["no id", { headers: { "x-mlflow-delivery-id": undefined } }, "X-MLflow-Delivery-Id"],
    ["an id not signed", { headers: { "x-mlflow-delivery-id": "x" } }, "The signature is wrong"],
    ["no time", { headers: { "x-mlflow-timestamp": undefined } }, "X-MLflow-Timestamp"],
    ["a time not signed", { headers: { "x-mlflow-timestamp": "17" } }, "The signature is wrong"],
    ["an old time", { timestamp: Math.floor(Date.now() / 1_000) - 400 }, "more than 5 minutes"],
    ["a time to come", { timestamp: Math.floor(Date.now() / 1_000) + 400 }, "more than 5 minutes"],
    ["milliseconds for seconds", { timestamp: Date.now() }, "X-MLflow-Timestamp"],
  ])("refuses %s with a sentence, and tells nobody", async (_, options, sentence) => {
    const { url, heard } = await startWithListener();

    const answer = await deliver(url, created, options);

    expect(answer.status).toBe(401);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.message?.error?.message).toContain(sentence);
    expect(await counted(url, "refused")).toBe(1);
    // What is told first is the next change, so that nothing was told before it.
    await deliver(url, event("prompt_tag.set", { name: "review-code", key: "a", value: "b" }));
    await eventually(() => expect(heard).toEqual(["prompts", "prompts:/review-code"]));
  });

  it("does not look into a body that is not signed", async () => {
    const { url, logged } = await startService(withSecret);
    const answer = await deliver(url, "{", { secret: "another secret, long enough" });
    expect(answer.status).toBe(401);
    expect(logged.filter(({ level }) => level === "error")).toEqual([]);
  });

  it("takes other methods, foreign hosts and large bodies for what they are", async () => {
    const { url } = await startService({ ...withSecret, MLFLOW_PROMPTS_MAX_BODY: "2000" });
    const path = new URL("/webhooks/mlflow", url);

    const got = await fetch(path);
    expect([got.status, got.headers.get("allow")]).toEqual([405, "POST"]);
    expect(await deliver(url, " ".repeat(2_001))).toMatchObject({ status: 413 });
    expect(await deliver(url, created.padEnd(2_000))).toMatchObject(accepted);
    expect(await counted(url, "refused")).toBe(2);
  });

  it("refuses a delivery to a host that is not the service's", async () => {
    const { url } = await startService({
      ...withSecret,
      MLFLOW_PROMPTS_TRUST_PROXY: "loopback",
    });
    const headers = { "x-forwarded-host": "evil.example.com" };
    const answer = await deliver(url, created, { headers });
    expect(answer.status).toBe(403);
    expect(answer.message?.error?.message).toContain("--allowed-hosts");
  });

  it.each([
    ["another kind of entity", event("registered_model.created", { name: "m" })],
    ["an action of a later release", event("prompt.renamed", { old: 1 })],
    ["an entity of a later release", event("prompt_label.created", null)],
  ])("ignores %s", async (_, body) => {
    const { url, published, log } = await startWebhookRoute();
    expect(await deliver(url, body)).toMatchObject(ignored);
    expect(published).toEqual([]);
    expect(log.info).not.toHaveBeenCalled();
    expect(log.error).not.toHaveBeenCalled();
  });

  it.each([
    ["no JSON", "{"],
    ["no text", "\uFFFD"],
    ["a list", "[]"],
    ["no entity", JSON.stringify({ action: "created", data: { name: "a" } })],
    ["a workspace that is none", JSON.stringify({ entity: "prompt", action: "x", workspace: 1 })],
    ["no data", JSON.stringify({ entity: "prompt", action: "created" })],
    ["no name", event("prompt.created", {})],
    ["an empty name", event("prompt.created", { name: "" })],
    ["a version that is no number", event("prompt_version.created", { name: "a", version: "x" })],
    ["no version", event("prompt_version_tag.set", { name: "a", key: "k", value: "v" })],
    ["no alias", event("prompt_alias.deleted", { name: "a" })],
  ])("refuses %s, though it is signed, and says so in the log", async (_, body) => {
    const { url, published, log } = await startWebhookRoute();
    const answer = await deliver(url, body);
    expect(answer.status).toBe(400);
    expect(answer.message?.error?.message).toContain("not a known webhook of MLflow");
    expect(published).toEqual([]);
    expect(log.error).toHaveBeenCalledExactlyOnceWith("webhook", { error: expect.any(String) });
  });
});

describe("what an event changed", () => {
  const version = { name: "a", version: "3" };
  it.each<[string, object, Change]>([
    ["prompt.created", { name: "a", tags: {} }, { prompt: "a", listed: true }],
    [
      "prompt_version.created",
      { ...version, template: "Hi", tags: {}, description: null },
      { prompt: "a", version: 3, listed: false },
    ],
    [
      "prompt_alias.created",
      { ...version, alias: "production" },
      { prompt: "a", version: 3, alias: "production", listed: false },
    ],
    [
      "prompt_alias.deleted",
      { name: "a", alias: "production" },
      { prompt: "a", alias: "production", listed: false },
    ],
    ["prompt_tag.set", { name: "a", key: "k", value: "v" }, { prompt: "a", listed: false }],
    ["prompt_tag.deleted", { name: "a", key: "k" }, { prompt: "a", listed: false }],
    [
      "prompt_tag.set",
      { name: "a", key: "mcp.skill", value: "true" },
      { prompt: "a", listed: false, described: true },
    ],
    [
      "prompt_version_tag.set",
      { ...version, key: "k", value: "v" },
      { prompt: "a", version: 3, listed: false },
    ],
    [
      "prompt_version_tag.deleted",
      { ...version, key: "k" },
      { prompt: "a", version: 3, listed: false },
    ],
  ])("is told for %s", async (name, data, change) => {
    const { url, published, delivered } = await startWebhookRoute();
    expect(await deliver(url, event(name, data))).toMatchObject(accepted);
    expect(published).toEqual([[undefined, change]]);
    expect(delivered).toEqual(published);
  });

  it.each([
    [null, undefined],
    ["default", "default"],
    ["red", "red"],
  ])("happened in the workspace %j of the payload", async (workspace, told) => {
    const { url, published } = await startWebhookRoute();
    const body = JSON.stringify({ ...JSON.parse(created), workspace });
    await deliver(url, body);
    expect(published).toEqual([[told, { prompt: "summarize", listed: true }]]);
  });
});

describe("a delivery that comes again", () => {
  it("is answered as taken, and changes nothing new", async () => {
    const { url, published, delivered } = await startWebhookRoute();
    expect(await deliver(url, created, { id: "one" })).toMatchObject(accepted);
    expect(await deliver(url, created, { id: "one" })).toMatchObject(ignored);
    expect(await deliver(url, created, { id: "two" })).toMatchObject(accepted);
    expect(published).toHaveLength(2);
    expect(delivered).toHaveLength(2);
  });

  it("is told of once when the first is still being told", async () => {
    let finish = () => {};
    const publish = vi.fn(
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
    );
    const { url, published } = await startWebhookRoute({ publish });
    const first = deliver(url, created, { id: "one" });
    await eventually(() => expect(publish).toHaveBeenCalled());
    const again = deliver(url, created, { id: "one" });
    finish();
    expect(await first).toMatchObject(accepted);
    expect(await again).toMatchObject(ignored);
    expect(published).toHaveLength(1);
  });

  it("comes later when as many as are taken at once are being told", async () => {
    const finish: (() => void)[] = [];
    const publish = vi.fn(() => new Promise<void>((resolve) => finish.push(resolve)));
    const { url } = await startWebhookRoute({ publish, concurrency: 3 });
    const first = Array.from({ length: 3 }, () => deliver(url, created));
    await eventually(() => expect(publish).toHaveBeenCalledTimes(3));
    const surplus = await deliver(url, created, { id: "one" });
    for (const resolve of finish) resolve();
    expect(surplus.status).toBe(429);
    expect(surplus.headers.get("retry-after")).toBe("1");
    for (const answer of await Promise.all(first)) expect(answer).toMatchObject(accepted);
    const again = deliver(url, created, { id: "one" });
    await eventually(() => expect(finish).toHaveLength(4));
    finish.at(-1)?.();
    expect(await again).toMatchObject(accepted);
  });

  it("is taken when the first could not be told: it was answered 500, after which MLflow sends it again", async () => {
    const publish = vi.fn(async () => {}).mockRejectedValueOnce(new Error("Redis is away"));
    const { url, published, delivered, log } = await startWebhookRoute({ publish });

    expect(await deliver(url, created, { id: "one" })).toMatchObject({ status: 500 });
    expect(delivered).toEqual([]);
    expect(log.error).toHaveBeenCalledWith(
      "http",
      expect.objectContaining({ error: "Redis is away" }),
    );
    expect(await deliver(url, created, { id: "one" })).toMatchObject(accepted);
    expect(published).toHaveLength(1);
  });

  it("is known until its signature is too old", async () => {
    const start = 1_795_520_582_000;
    let now = start;
    const { url, published } = await startWebhookRoute({ now: () => now });
    const options = { id: "one", timestamp: start / 1_000 + 300 };

    expect(await deliver(url, created, options)).toMatchObject(accepted);
    now = start + 600_000;
    expect(await deliver(url, created, options)).toMatchObject(ignored);
    now = start + 600_001;
    expect(await deliver(url, created, options)).toMatchObject({ status: 401 });
    expect(published).toHaveLength(1);
  });
});
