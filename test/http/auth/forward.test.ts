import { describe, expect, it } from "vitest";
import { type Reply, type Stub, startStub } from "../../mlflow/stub.ts";
import {
  initialize,
  openSession,
  post,
  postModern,
  rpc,
  startService,
} from "../../support/http-service.ts";

const search = "GET /api/2.0/mlflow/registered-models/search";
const get = "GET /api/2.0/mlflow/registered-models/get";
const alias = "GET /api/2.0/mlflow/registered-models/alias";
const info = "GET /api/3.0/mlflow/server-info";
const workspaces = "GET /api/3.0/mlflow/workspaces";
const ann = { authorization: "Basic YW5uOnB3" };
const bob = { authorization: "Bearer b-token" };
const refused: Reply = { status: 401, text: "You are not authenticated." };
const forbidden: Reply = {
  status: 403,
  json: { error_code: "PERMISSION_DENIED", message: "Permission denied" },
};

async function startForward(variables: Readonly<Record<string, string>> = {}) {
  const mlflow = await startStub();
  mlflow.on(search, { json: {} });
  const service = await startService({
    MLFLOW_TRACKING_URI: mlflow.url,
    MLFLOW_PROMPTS_AUTH: "forward",
    MLFLOW_HTTP_REQUEST_MAX_RETRIES: "0",
    ...variables,
  });
  return { mlflow, ...service };
}

function authorizations({ arrived }: Stub) {
  return [...new Set(arrived.map(({ headers }) => headers.authorization))];
}

describe("forwarding", () => {
  it("refuses a call without a credential before MLflow is asked", async () => {
    const { url, mlflow } = await startForward();

    for (const headers of [undefined, { authorization: "Digest x" }, { authorization: "Basic " }]) {
      const answered = await post(url, rpc("prompts/list"), headers);
      expect(answered.status).toBe(401);
      expect(answered.headers.get("www-authenticate")).toMatch(/^Basic realm="MLflow".*Bearer/);
    }
    expect(mlflow.arrived).toEqual([]);
  });

  it("calls MLflow with each caller's own credential", async () => {
    const { url, mlflow } = await startForward();

    await post(url, rpc("prompts/list"), ann);
    expect(authorizations(mlflow)).toEqual([ann.authorization]);
    await post(url, rpc("prompts/list"), bob);
    expect(authorizations(mlflow)).toEqual([ann.authorization, bob.authorization]);
  });

  it.each([
    ["prompts/list", {}],
    ["initialize", initialize().params],
    ["tools/list", {}],
    ["tools/call", { name: "list_prompts", arguments: {} }],
  ])("answers %s with MLflow's 401 and its reason", async (method, params) => {
    const { url, mlflow } = await startForward();
    mlflow.on(search, refused);

    const answered = await post(url, rpc(method, params), ann);

    expect(answered.status).toBe(401);
    expect(answered.headers.get("www-authenticate")).toContain("Basic");
    expect(answered.message?.error?.message).toContain("does not accept the credential");
  });

  it.each([
    ["2025-11-25", post],
    [
      "2026-07-28",
      async (url: string, { method, params }: ReturnType<typeof rpc>, headers = {}) =>
        postModern(url, method, params, headers),
    ],
  ])("gives the status of a credential that is refused later, in %s", async (_, send) => {
    const { url, mlflow } = await startForward({ MLFLOW_PROMPTS_CACHE_TTL: "0" });
    await send(url, rpc("prompts/list"), ann);
    mlflow.on(search, refused);
    mlflow.on(get, refused);

    const listed = await send(url, rpc("prompts/list"), ann);
    const called = await send(
      url,
      rpc("tools/call", { name: "load_prompt", arguments: { name: "x" } }),
      ann,
    );

    expect(listed.status).toBe(401);
    expect(called.status).toBe(401);
    expect(listed.headers.get("www-authenticate")).toContain("Basic");
  });

  it("gives the status within a session as well", async () => {
    const { url, mlflow } = await startForward();
    const session = await openSession(url, ann);
    mlflow.on(search, refused);
    mlflow.on(alias, forbidden);
    mlflow.on(get, forbidden);

    const listed = await post(url, rpc("prompts/list"), { ...ann, ...session });
    const got = await post(url, rpc("prompts/get", { name: "x" }), { ...ann, ...session });

    expect(listed).toMatchObject({ status: 401, message: { error: { code: -32_603 } } });
    expect(got).toMatchObject({ status: 403 });
    expect(got.message?.error?.message).toContain("Permission denied");
  });

  it("answers 403, not an empty list, in a workspace that is not the caller's", async () => {
    const { url, mlflow } = await startForward();
    mlflow.on(info, { json: { workspaces_enabled: true } });
    mlflow.on(workspaces, { json: { workspaces: [{ name: "red" }] } });

    for (const method of ["prompts/list", "resources/list", "tools/list"]) {
      expect(await post(`${url}/red`, rpc(method), ann)).toMatchObject({ status: 200 });
      const foreign = await post(`${url}/blue`, rpc(method), ann);
      expect(foreign.status).toBe(403);
      expect(foreign.message?.error?.message).toContain('"blue"');
    }
  });

  it("lets a tool say what is forbidden, since the model reads its result", async () => {
    const { url, mlflow } = await startForward();
    mlflow.on(get, forbidden);

    const call = rpc("tools/call", { name: "load_prompt", arguments: { name: "x" } });
    const answered = await post(url, call, ann);

    expect(answered.status).toBe(200);
    expect(answered.message?.result).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining("Permission denied") }],
    });
  });

  it("asks MLflow once a minute whether a caller is let in, and never lets one wait for another", async () => {
    const { url, mlflow } = await startForward();

    await Promise.all(Array.from({ length: 8 }, () => post(url, rpc("tools/list"), ann)));
    await post(url, rpc("tools/list"), ann);

    expect(mlflow.routes()).toEqual([search]);
  });

  it("shows a credential in no answer and no line of the log", async () => {
    const { url, mlflow, logged } = await startForward();
    mlflow.on(search, refused);

    const answers = [
      await post(url, rpc("prompts/list"), bob),
      await post(url, rpc("prompts/list"), { authorization: "Bearer b-token\tx" }),
    ];

    const said = JSON.stringify([answers, logged]);
    expect(said).not.toContain("b-token");
    expect(said).not.toContain("YW5uOnB3");
  });
});

describe("a session", () => {
  it("belongs to the credential and the workspace it was opened with", async () => {
    const mlflow = await startStub();
    mlflow.on(search, { json: {} });
    mlflow.on(info, { json: { workspaces_enabled: true } });
    mlflow.on(workspaces, { json: { workspaces: [{ name: "red" }, { name: "blue" }] } });
    const { url } = await startService({
      MLFLOW_TRACKING_URI: mlflow.url,
      MLFLOW_PROMPTS_AUTH: "forward",
    });
    const session = await openSession(`${url}/red`, ann);
    const list = rpc("prompts/list");

    expect(await post(`${url}/red`, list, { ...ann, ...session })).toMatchObject({ status: 200 });
    expect(await post(`${url}/red`, list, { ...bob, ...session })).toMatchObject({ status: 404 });
    expect(await post(`${url}/blue`, list, { ...ann, ...session })).toMatchObject({ status: 404 });
    expect(await post(url, list, { ...ann, ...session })).toMatchObject({ status: 404 });
    const ended = await fetch(`${url}/red`, { method: "DELETE", headers: { ...bob, ...session } });
    expect(ended.status).toBe(404);
    const stream = await fetch(`${url}/red`, {
      headers: { accept: "text/event-stream", ...bob, ...session },
    });
    expect(stream.status).toBe(404);
  });
});
