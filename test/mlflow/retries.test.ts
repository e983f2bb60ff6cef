import { describe, expect, it } from "vitest";
import { failed } from "./failed.ts";
import { clientFor, type Reply, startStub } from "./stub.ts";
import { missingModel, modelReply, refusal, routes } from "./wire-data.ts";

const busy: Reply = { status: 503, text: "busy" };
const found = modelReply("x");

describe("a read that fails for the moment", () => {
  it.each<[string, Reply]>([
    ["408", { status: 408, text: "" }],
    ["429", { status: 429, text: "slow down" }],
    [
      "500 with a page, as MLflow answers parallel searches now and then",
      { status: 500, text: "<html>" },
    ],
    ["502", { status: 502, text: "bad gateway" }],
    ["503 of MLflow's", refusal(503, "TEMPORARILY_UNAVAILABLE", "locked")],
    ["504", { status: 504, text: "" }],
    ["a broken connection", { raw: (response) => response.destroy() }],
  ])("is tried again after %s", async (_, reply) => {
    const stub = await startStub();
    stub.on(routes.getModel, reply, reply, found);
    const client = clientFor(stub.url, { maxRetries: 2 });

    expect(await client.registry().getPrompt("x")).toMatchObject({ name: "x" });

    expect(stub.arrived).toHaveLength(3);
  });

  it("is tried as often as allowed, and then says what the last answer was", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, busy);
    const client = clientFor(stub.url, { maxRetries: 2 });

    const error = await failed(client.registry().getPrompt("x"));

    expect(error.kind).toBe("unavailable");
    expect(error.message).toContain("failed with status 503");
    expect(error.message).toContain("busy");
    expect(stub.arrived).toHaveLength(3);
  });

  it("waits as long as the server asks", async () => {
    const stub = await startStub();
    const busyForASecond = { ...busy, headers: { "retry-after": "1" } };
    const date = new Date(Date.now() + 2_000).toUTCString();
    const busyUntil = { ...busy, headers: { "retry-after": date } };
    stub.on(routes.getModel, busyForASecond, busyUntil, found);
    const begin = performance.now();

    await clientFor(stub.url, { maxRetries: 2 }).registry().getPrompt("x");

    expect(performance.now() - begin).toBeGreaterThan(990);
    expect(stub.arrived).toHaveLength(3);
  });

  it.each([
    ["429", { status: 429, text: "slow down", headers: { "retry-after": "7" } }],
    ["503", { status: 503, text: "busy", headers: { "retry-after": "7" } }],
    ["503 of MLflow's", { ...refusal(503, "BUSY", "locked"), headers: { "retry-after": "7" } }],
  ])(
    "says when the server wants to be asked again, with %s, of a write as well",
    async (_, reply) => {
      const stub = await startStub();
      stub.on(routes.searchModels, reply);
      stub.on(routes.createModel, reply);
      stub.on(routes.getModel, missingModel("x"));
      const registry = clientFor(stub.url).registry();

      const read = await failed(registry.searchPrompts({ limit: 10 }));
      const write = await failed(registry.createPrompt("x", {}));

      for (const error of [read, write]) {
        expect(error).toMatchObject({ kind: "unavailable", retryAfterSeconds: 7 });
        expect(error.message).toContain("The server asks for a delay of 7 s.");
      }
    },
  );

  it("does not begin again after the time that one attempt may take", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, { ...busy, headers: { "retry-after": "1" } });
    const client = clientFor(stub.url, { requestTimeoutMs: 1_900, maxRetries: 10 });

    const error = await failed(client.registry().getPrompt("x"));

    expect(error.message).toContain("failed with status 503");
    expect(stub.arrived.length).toBeLessThanOrEqual(2);
  });

  it("does not wait longer than a request may take", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, { ...busy, headers: { "retry-after": "3600" } });
    const client = clientFor(stub.url, { maxRetries: 2 });

    expect((await failed(client.registry().getPrompt("x"))).kind).toBe("unavailable");

    expect(stub.arrived).toHaveLength(1);
  });
});

describe("what is not tried again", () => {
  it.each([400, 401, 403, 404, 501])("is a read that fails with %d", async (status) => {
    const stub = await startStub();
    stub.on(routes.getModel, { status, text: "no" });
    const client = clientFor(stub.url, { maxRetries: 2 });

    await failed(client.registry().getPrompt("x"));

    expect(stub.arrived).toHaveLength(1);
  });

  it.each<[string, Reply]>([
    ["503", busy],
    ["a broken connection", { raw: (response) => response.destroy() }],
  ])("is a write, after %s", async (_, reply) => {
    const stub = await startStub();
    stub.on(routes.createModel, reply);
    stub.on(routes.getModel, missingModel("x"));
    const client = clientFor(stub.url, { maxRetries: 2 });

    const error = await failed(client.registry().createPrompt("x", {}));

    expect(error.kind).toBe("unavailable");
    expect(stub.routes().filter((route) => route === routes.createModel)).toHaveLength(1);
  });
});
