import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { type Reply, startStub } from "../mlflow/stub.ts";
import { modelReply, routes, version, versionReply } from "../mlflow/wire-data.ts";
import {
  initialize,
  metric,
  modern,
  openSession,
  post,
  postModern,
  rpc,
  startService,
} from "../support/http-service.ts";

const ann = { authorization: `Basic ${Buffer.from("ann:pw").toString("base64")}` };
const list = rpc("prompts/list");
const getX = rpc("prompts/get", { name: "x" });
const refused: Reply = { status: 401, text: "You are not authenticated." };

/**
 * A service to which callers bring their own credential, before an MLflow that accepts ann's alone.
 * `guessed` answers for every other one.
 */
async function scene(
  guessed: (authorization: string | undefined) => Reply = () => refused,
  variables: Readonly<Record<string, string>> = {},
) {
  const mlflow = await startStub();
  const forAnn = (reply: Reply) => mlflowReply(reply, guessed);
  mlflow.on(routes.searchModels, forAnn({ json: {} }));
  mlflow.on(routes.getModel, forAnn(modelReply("x", { latest: [version("x", 1)] })));
  const service = await startService({
    MLFLOW_TRACKING_URI: mlflow.url,
    MLFLOW_HTTP_REQUEST_MAX_RETRIES: "0",
    MLFLOW_PROMPTS_SERVE: "latest",
    MLFLOW_PROMPTS_AUTH: "forward",
    MLFLOW_PROMPTS_TRUST_PROXY: "loopback",
    MLFLOW_PROMPTS_CACHE_TTL: "0",
    ...variables,
  });
  return { mlflow, ...service };
}

function mlflowReply(reply: Reply, guessed: (authorization: string | undefined) => Reply) {
  return ({ headers }: { headers: { authorization?: string | undefined } }) =>
    headers.authorization === ann.authorization ? reply : guessed(headers.authorization);
}

/** The headers of one who tries a password from an address. */
function guess(number: number, address: string) {
  const pair = Buffer.from(`ann:guess-${number}`).toString("base64");
  return { authorization: `Basic ${pair}`, "x-forwarded-for": address };
}

describe("300 connections that guess a password", () => {
  const fromOne = Array.from({ length: 300 }, (_, number) => guess(number, "192.0.2.66"));
  const fromMany = fromOne.map((headers, number) => ({
    ...headers,
    "x-forwarded-for": `198.51.${number >> 7}.${number & 127}`,
  }));

  it("of one address are refused before MLflow is asked, once enough have failed", async () => {
    const { url, mlflow, logged } = await scene();

    const answers = await Promise.all(fromOne.map((headers) => post(url, list, headers)));

    const tooMany = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 401).length + tooMany.length).toBe(300);
    // Two are asked at a time, so one may be on its way when the twentieth fails.
    expect(mlflow.arrived.length).toBeLessThanOrEqual(21);
    for (const { headers } of tooMany)
      expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    const lines = logged.filter(({ message, status }) => message === "audit" && status === 429);
    expect(lines).toEqual([expect.objectContaining({ address: "192.0.2.66", outcome: "refused" })]);
    expect(lines[0]).not.toHaveProperty("who");
  });

  it("of one address keep others from nothing, nor who is signed in at the same address", async () => {
    const { url } = await scene();
    const here = { ...ann, "x-forwarded-for": "192.0.2.66" };
    await post(url, getX, here);

    await Promise.all(fromOne.map((headers) => post(url, list, headers)));

    expect((await post(url, list, guess(0, "192.0.2.66"))).status).toBe(429);
    expect((await post(url, getX, here)).status).toBe(200);
    expect((await post(url, list, guess(0, "192.0.2.67"))).status).toBe(401);
  });

  it.each([
    ["one address", fromOne],
    ["300 addresses", fromMany],
  ])("of %s have two requests under way, and none that is signed in waits", async (_, guesses) => {
    const held: ServerResponse[] = [];
    const { url, mlflow } = await scene(() => ({ raw: (response) => held.push(response) }));
    await post(url, getX, ann);
    const answers = Promise.all(guesses.map((headers) => post(url, list, headers)));
    await expect.poll(() => held.length).toBe(2);

    // All of them hang, and would do so for as long as this takes.
    for (let times = 0; times < 5; times++) {
      expect((await post(url, getX, ann)).status).toBe(200);
    }
    expect(held).toHaveLength(2);

    mlflow.on(routes.searchModels, refused);
    for (const response of held) response.writeHead(401).end();
    const statuses = new Set((await answers).map(({ status }) => status));
    expect([...statuses].every((status) => status === 401 || status === 429)).toBe(true);
  });

  it("do not make MLflow pass for dead, whatever becomes of them", async () => {
    const broken: Reply = { raw: (response) => response.destroy() };
    const { url } = await scene(() => broken);
    await post(url, getX, ann);

    const answers = await Promise.all(fromMany.map((headers) => post(url, list, headers)));

    // Whoever found the waiting room full is told so.
    expect(answers.every(({ status }) => status === 503 || status === 429)).toBe(true);
    expect(await metric(url, "mlflow_prompts_upstream_reachable")).toBe(1);
    expect((await post(url, getX, ann)).status).toBe(200);
  });
});

describe("while MLflow is away, a credential that it never accepted", () => {
  const stranger = { authorization: "Bearer never-seen" };

  it("opens no stream and is shown nothing of the registry", async () => {
    const { url, mlflow } = await scene(undefined, { MLFLOW_PROMPTS_CACHE_TTL: "5" });
    const session = await openSession(url, ann);
    await post(url, getX, ann);
    await mlflow.stop();

    const opened = await openSession(url, stranger);
    const listening = modern("subscriptions/listen", {
      notifications: { promptsListChanged: true },
    });
    const answers = [
      await fetch(url, { headers: { accept: "text/event-stream", ...stranger, ...opened } }),
      await post(url, listening.body, { ...listening.headers, ...stranger }),
      await post(url, list, stranger),
      await post(url, list, { ...stranger, ...opened }),
      await postModern(url, "prompts/get", { name: "x" }, stranger),
      await post(url, rpc("tools/call", { name: "list_prompts", arguments: {} }), stranger),
    ];

    for (const { status, headers } of answers) {
      expect(status).toBe(503);
      expect(headers.get("retry-after")).not.toBeNull();
    }
    expect((await post(url, rpc("tools/list"), stranger)).status).toBe(200);
    expect((await post(url, getX, { ...ann, ...session })).text).toContain("Wording 1");
  });

  it("is let in as soon as MLflow is back and accepts it", async () => {
    const { url, mlflow } = await scene(() => ({ json: {} }));
    await mlflow.stop();
    expect((await post(url, list, stranger)).status).toBe(503);
    await mlflow.start();

    await expect.poll(async () => (await post(url, list, stranger)).status).toBe(200);
  });

  it("is not let in for having been accepted before it was refused", async () => {
    const { url, mlflow } = await scene(() => ({ json: {} }), {
      MLFLOW_PROMPTS_CREDENTIAL_CHECK: "1",
    });
    expect((await post(url, list, stranger)).status).toBe(200);
    mlflow.on(routes.searchModels, refused);
    await expect
      .poll(async () => (await post(url, rpc("tools/list"), stranger)).status, { timeout: 5_000 })
      .toBe(401);
    await mlflow.stop();

    expect((await post(url, list, stranger)).status).toBe(503);
  });
});

describe("the user name of Basic credentials", () => {
  const draft = { name: "x", template: "Hi", base_version: 1, allow_breaking: true };
  const register = rpc("tools/call", { name: "register_prompt", arguments: draft });

  const current = "GET /api/2.0/mlflow/users/current";
  const older = "GET /api/2.0/mlflow/users/get";
  const key = { authorization: `Basic ${btoa("sk-key-7f3a:")}` };

  /** What `mcp.registered_by` is of versions that these callers register, and everything written. */
  async function registering(
    users: Readonly<Record<string, (authorization: string | undefined) => Reply>>,
    ...callers: { readonly authorization: string }[]
  ) {
    const { url, mlflow, logged } = await scene(() => ({ json: {} }));
    mlflow.on(routes.getModel, modelReply("x", { latest: [version("x", 1)] }));
    mlflow.on(routes.getVersion, versionReply("x", 1));
    mlflow.on(routes.createVersion, versionReply("x", 2));
    for (const [route, answer] of Object.entries(users)) {
      mlflow.on(route, ({ headers }) => answer(headers.authorization));
    }
    for (const caller of callers) await post(url, register, caller);
    const created = mlflow.arrived.filter(({ route }) => route === routes.createVersion);
    const bodies = created.map(({ body }) => JSON.stringify(body));
    const by = bodies.map((body) => /"mcp.registered_by","value":"([^"]*)"/.exec(body)?.[1]);
    return { by, written: JSON.stringify([bodies, logged]) };
  }

  const userOf = (username: string): Reply => ({ json: { user: { username } } });

  it("is written as MLflow says it, of tokens too", async () => {
    const { by, written } = await registering(
      { [current]: (authorization) => userOf(authorization === ann.authorization ? "ann" : "bob") },
      ann,
      { authorization: "Bearer b-token" },
    );

    expect(by).toEqual(["ann", "bob"]);
    expect(written).toContain('"user":"bob"');
  });

  it("is what an older MLflow shows to its owner", async () => {
    const { by } = await registering({ [older]: () => userOf("ann") }, ann);

    expect(by).toEqual(["ann"]);
  });

  it.each<[string, Readonly<Record<string, () => Reply>>]>([
    ["has no users, as behind a proxy", {}],
    [
      "knows the caller by another",
      { [current]: () => ({ status: 404 }), [older]: () => userOf("eve") },
    ],
    ["does not show it", { [older]: () => ({ status: 403, text: "Permission denied" }) }],
    ["answers a page", { [current]: () => ({ text: "<html>" }) }],
    ["does not answer", { [current]: () => ({ raw: (response) => response.destroy() }) }],
  ])("is not written when MLflow %s", async (_, users) => {
    const { by, written } = await registering(users, ann);

    expect(by).toEqual([expect.stringMatching(/^credential:/)]);
    expect(written).not.toContain('"user"');
  });

  it("is none where a key stands in its place", async () => {
    const { by, written } = await registering({ [older]: () => userOf("sk-key-7f3a") }, key);

    expect(by).toEqual([expect.stringMatching(/^credential:/)]);
    expect(written).not.toContain("sk-key");
  });

  it("is written nowhere when MLflow has not", async () => {
    const { url, logged } = await scene();

    await post(url, register, { authorization: `Basic ${btoa("mallory:pw")}` });
    await post(url, initialize(), { authorization: `Basic ${btoa("mallory:pw")}` });

    expect(JSON.stringify(logged)).not.toContain("mallory");
  });
});
