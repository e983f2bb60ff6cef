import { describe, expect, it } from "vitest";
import { type Stub, startStub } from "../mlflow/stub.ts";
import {
  denied,
  missingModel,
  modelReply,
  routes,
  version,
  versionReply,
} from "../mlflow/wire-data.ts";
import { metric, post, postModern, rpc, startService } from "../support/http-service.ts";

/** The service before an MLflow that has the prompt "x", whose newest version is the one served. */
async function scene(variables: Readonly<Record<string, string>> = {}) {
  const mlflow = await startStub();
  mlflow.on(routes.getModel, modelReply("x", { latest: [version("x", 1)] }));
  mlflow.on(routes.getVersion, versionReply("x", 1));
  mlflow.on(routes.searchModels, { json: {} });
  mlflow.on(routes.info, { json: {} });
  mlflow.on(routes.release, { text: "3.17.2" });
  const service = await startService({
    MLFLOW_TRACKING_URI: mlflow.url,
    MLFLOW_HTTP_REQUEST_MAX_RETRIES: "0",
    MLFLOW_PROMPTS_SERVE: "latest",
    MLFLOW_PROMPTS_POLL_INTERVAL: "0",
    ...variables,
  });
  return { mlflow, ...service };
}

const getX = rpc("prompts/get", { name: "x" });
const loadX = rpc("tools/call", { name: "load_prompt", arguments: { name: "x" } });

function gets(mlflow: Stub): number {
  return mlflow.routes().filter((route) => route === routes.getModel).length;
}

describe("what MLflow has answered", () => {
  it("is remembered, whichever way it is asked for", async () => {
    const { mlflow, url } = await scene();

    await post(url, getX);
    await post(url, loadX);
    await postModern(url, "prompts/get", { name: "x" });

    expect(gets(mlflow)).toBe(1);
    expect(
      await metric(url, 'mlflow_prompts_cache_lookups_total{cache="registry",outcome="hit"}'),
    ).toBeGreaterThan(1);
    expect(await metric(url, "mlflow_prompts_cache_bytes")).toBeGreaterThan(100);
  });

  it("is remembered of a name that is no prompt's, so that its short form costs no more", async () => {
    const { mlflow, url } = await scene();
    mlflow.on(routes.getModel, missingModel("x@production"));
    mlflow.on(routes.getAlias, versionReply("x", 1));
    const short = rpc("prompts/get", { name: "x@production" });

    expect((await post(url, short)).message).toMatchObject({ result: { _meta: { name: "x" } } });
    const asked = mlflow.routes();
    expect(asked.slice(-2)).toEqual([routes.getModel, routes.getAlias]);
    await post(url, short);
    await postModern(url, "prompts/get", { name: "x@production" });
    await post(
      url,
      rpc("tools/call", { name: "render_prompt", arguments: { name: "x@production" } }),
    );
    await post(
      url,
      rpc("completion/complete", {
        ref: { type: "ref/prompt", name: "x@production" },
        argument: { name: "none", value: "" },
      }),
    );

    expect(mlflow.routes()).toEqual(asked);
  });

  it("is asked for anew by every call when nothing is to be remembered", async () => {
    const { mlflow, url } = await scene({ MLFLOW_PROMPTS_CACHE_TTL: "0" });

    await post(url, getX);
    await post(url, getX);

    expect(gets(mlflow)).toBe(2);
  });

  it("is not what a tool that writes decides by", async () => {
    const { mlflow, url } = await scene();
    await post(url, loadX);
    mlflow.on(routes.getModel, modelReply("x", { latest: [version("x", 2)] }));

    const moving = { name: "set_prompt_alias", arguments: { name: "x", alias: "a", version: 1 } };
    mlflow.on(routes.getVersion, versionReply("x", 1));
    mlflow.on(routes.setAlias, { json: {} });
    mlflow.on(routes.tagModel, { json: {} });
    await post(url, rpc("tools/call", moving));
    const loaded = await post(url, loadX);

    expect(gets(mlflow)).toBeGreaterThan(2);
    expect(loaded.text).toContain("Wording 2");
  });

  it("is said to be old while MLflow does not answer, and for how long it has been", async () => {
    const { mlflow, url } = await scene({ MLFLOW_PROMPTS_CACHE_TTL: "0.01" });
    await post(url, loadX);
    await post(url, getX);
    await mlflow.stop();
    const old = { _meta: { age_seconds: expect.any(Number) } };

    await expect
      .poll(() => post(url, getX))
      .toMatchObject({ status: 200, message: { result: old } });
    const loaded = await post(url, loadX);

    expect(loaded.message?.result).toMatchObject(old);
    expect(loaded.text).toMatch(
      /MLflow does not answer at the moment: this is what it said \d+ seconds? ago\./,
    );
  });

  it.each([
    ["MLflow is away", "nothing was sent", (mlflow: Stub) => mlflow.stop()],
    [
      "MLflow forbids it",
      "Permission denied",
      async (mlflow: Stub) => mlflow.on(routes.createVersion, denied),
    ],
  ])("is given to the others when a write was refused because %s", async (_, words, refuse) => {
    const { mlflow, url } = await scene({ MLFLOW_PROMPTS_CACHE_TTL: "3600" });
    const before = await post(url, getX);
    const write = { name: "x", template: "Hello", base_version: 1, allow_breaking: true };
    const register = rpc("tools/call", { name: "register_prompt", arguments: write });
    await refuse(mlflow);

    await expect.poll(async () => (await post(url, register)).text).toContain(words);

    const asked = gets(mlflow);
    expect((await post(url, getX)).text).toBe(before.text);
    expect(gets(mlflow)).toBe(asked);
  });

  it("is given no longer than it may be", async () => {
    const { mlflow, url } = await scene({
      MLFLOW_PROMPTS_CACHE_TTL: "0.01",
      MLFLOW_PROMPTS_CACHE_OUTAGE: "0",
    });
    await post(url, getX);
    await mlflow.stop();

    await expect.poll(async () => (await post(url, getX)).text).toContain("was refused");
  });

  it("is not given to somebody with another credential", async () => {
    const { mlflow, url } = await scene({ MLFLOW_PROMPTS_AUTH: "forward" });
    const ann = { authorization: "Bearer ann" };
    await post(url, getX, ann);
    mlflow.on(routes.getModel, { status: 403, text: "Permission denied" });

    const others = await post(url, getX, { authorization: "Bearer bob" });
    const own = await post(url, getX, ann);

    expect([others.status, own.status]).toEqual([403, 200]);
  });

  it("is asked for anew when a credential has to be checked again", async () => {
    const { mlflow, url } = await scene({
      MLFLOW_PROMPTS_AUTH: "forward",
      MLFLOW_PROMPTS_CACHE_TTL: "3600",
      MLFLOW_PROMPTS_CREDENTIAL_CHECK: "1",
    });
    const ann = { authorization: "Bearer ann" };
    await post(url, getX, ann);
    mlflow.on(routes.searchModels, { status: 401, text: "Who?" });
    mlflow.on(routes.getModel, { status: 401, text: "Who?" });

    expect((await post(url, getX, ann)).status).toBe(200);
    await expect.poll(async () => (await post(url, getX, ann)).status).toBe(401);
  });
});

describe("how long clients may remember answers (2026-07-28)", () => {
  it("is not at all for what they can change themselves", async () => {
    const { url } = await scene();

    const listed = await postModern(url, "prompts/list");
    const tools = await postModern(url, "tools/list");

    expect(listed.message?.result).toMatchObject({ ttlMs: 0, cacheScope: "private" });
    expect(tools.message?.result).toMatchObject({ ttlMs: 300_000, cacheScope: "private" });
  });

  it("is a share of the time that they are good for, where nobody can write", async () => {
    const { url } = await scene({ MLFLOW_PROMPTS_READ_ONLY: "true" });

    const listed = await postModern(url, "prompts/list");

    expect(listed.message?.result).toMatchObject({ ttlMs: 1_000, cacheScope: "private" });
  });
});
