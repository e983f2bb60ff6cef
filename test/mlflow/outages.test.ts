import { describe, expect, it } from "vitest";
import type { MlflowClient, UpstreamExchange } from "../../src/mlflow/client.ts";
import { eventually } from "../support/eventually.ts";
import { failed } from "./failed.ts";
import { clientFor, type Reply, type Stub, startStub } from "./stub.ts";
import { modelReply, routes } from "./wire-data.ts";

const breaks: Reply = { raw: (response) => response.destroy() };
const hangs: Reply = { raw: () => {} };
const found = modelReply("x");

async function call(client: MlflowClient, times = 1) {
  const errors = [];
  for (let n = 0; n < times; n++) errors.push(await failed(client.registry().getPrompt("x")));
  return errors;
}

/** A client for which MLflow has just stopped to answer. Its probe gets no answer either. */
async function outage(): Promise<{ stub: Stub; client: MlflowClient }> {
  const stub = await startStub();
  stub.on(routes.getModel, breaks);
  stub.on(routes.health, hangs);
  const client = clientFor(stub.url);
  await call(client, 3);
  await eventually(() => expect(stub.routes()).toContain(routes.health));
  return { stub, client };
}

describe("while MLflow does not answer", () => {
  it("calls are rejected without a connection, and say since when and why", async () => {
    const { stub, client } = await outage();

    const [error] = await call(client);

    expect(client.reachable).toBe(false);
    expect(error?.kind).toBe("unavailable");
    expect(error?.message).toMatch(
      new RegExp(
        `^MLflow at ${stub.url} has not answered for \\d+ s \\(the connection broke\\), so nothing was sent\\. .*try again in a moment.*If this lasts, check that MLFLOW_TRACKING_URI`,
      ),
    );
    expect(stub.connections).toBe(4);
    expect(stub.routes()).toEqual([...Array(3).fill(routes.getModel), routes.health]);
  });

  it("a write is known not to have happened", async () => {
    const { client } = await outage();

    const error = await failed(client.registry().createPrompt("x", {}));

    expect(error.message).toContain("nothing was sent");
    expect(error.message).not.toContain("may have been made");
  });

  it("a caller with a header of its own is not told to change settings", async () => {
    const { client } = await outage();
    const credential = { kind: "header", value: "Bearer x" } as const;

    const error = await failed(client.registry({ credential }).getPrompt("x"));

    expect(error.message).toContain("If this lasts, ask the operator of this server to check");
  });

  it("it is asked without anybody's credential or workspace", async () => {
    const { stub } = await outage();

    const probe = stub.arrived.find(({ route }) => route === routes.health);

    expect(probe?.headers["user-agent"]).toBe("test/1");
    expect(probe?.headers).not.toHaveProperty("authorization");
    expect(probe?.headers).not.toHaveProperty("x-mlflow-workspace");
  });

  it("it is not asked any longer than the client lives", async () => {
    const stub = await startStub();
    const ended = new Promise<void>((resolve) => {
      stub.on(routes.health, { raw: (response) => void response.on("close", resolve) });
    });
    stub.on(routes.getModel, breaks);
    const client = clientFor(stub.url);
    await call(client, 3);
    await eventually(() => expect(stub.routes()).toContain(routes.health));

    await client.close();
    await ended;

    expect(client.reachable).toBe(true);
    expect(stub.routes().filter((route) => route === routes.health)).toHaveLength(1);
  });
});

describe("when MLflow is back", () => {
  it("calls go through again", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, found);
    stub.on(routes.health, { text: "OK" });
    const client = clientFor(stub.url);
    await stub.stop();
    const errors = await call(client, 4);
    await stub.start();

    await eventually(() => expect(client.reachable).toBe(true));

    expect(errors.at(-1)?.message).toContain("the connection was refused");
    expect(await client.registry().getPrompt("x")).toMatchObject({ name: "x" });
    expect(stub.routes()).toEqual([routes.health, routes.getModel]);
  });

  it.each([401, 404, 503])("an answer of %d to the probe will do", async (status) => {
    const stub = await startStub();
    stub.on(routes.getModel, breaks, breaks, breaks, found);
    stub.on(routes.health, { status, text: "" });
    const client = clientFor(stub.url);
    await call(client, 3);

    await eventually(() => expect(client.reachable).toBe(true));

    expect(await client.registry().getPrompt("x")).toMatchObject({ name: "x" });
  });
});

describe("no answer", () => {
  it.each<[string, Reply]>([
    ["a connection that breaks", breaks],
    ["an answer that takes too long", hangs],
  ])("is %s, for the third time", async (_, reply) => {
    const stub = await startStub();
    stub.on(routes.getModel, reply);
    stub.on(routes.health, hangs);
    const client = clientFor(stub.url, { requestTimeoutMs: 100 });

    await call(client, 2);
    expect(client.reachable).toBe(true);
    await call(client);

    expect(client.reachable).toBe(false);
  });

  it("is a refused connection, repetitions included; the call itself says so", async () => {
    const stub = await startStub();
    await stub.stop();
    const client = clientFor(stub.url, { maxRetries: 2 });

    const [first, second] = await call(client, 2);

    expect(first?.message).toContain("cannot be reached: the connection was refused");
    expect(second?.message).toContain("has not answered");
  });

  it("is what each call reports that met it, though others found out first", async () => {
    const stub = await startStub();
    await stub.stop();
    const client = clientFor(stub.url, { maxRetries: 2 });

    const errors = await Promise.all([1, 2, 3].map(() => call(client)));

    for (const { message } of errors.flat()) expect(message).toContain("cannot be reached");
    expect(client.reachable).toBe(false);
  });

  it("is a host without a name, for the third time", async () => {
    const client = clientFor("http://mlflow.invalid");

    await call(client, 3);

    expect(client.reachable).toBe(false);
  });
});

describe("an answer, and no outage,", () => {
  it.each([302, 401, 404, 429, 500, 502, 503])("is the status %d", async (status) => {
    const stub = await startStub();
    stub.on(routes.getModel, { status, text: "no" });
    const client = clientFor(stub.url);

    await call(client, 5);

    expect(stub.arrived).toHaveLength(5);
    expect(client.reachable).toBe(true);
  });

  it("is one between failures", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, breaks, breaks, { status: 503, text: "" }, breaks, breaks, found);
    const client = clientFor(stub.url);

    await call(client, 5);

    expect(await client.registry().getPrompt("x")).toMatchObject({ name: "x" });
  });

  it("is a certificate that is not accepted, which goes on to be named", async () => {
    const stub = await startStub({ tls: true });
    const client = clientFor(stub.url);

    const errors = await call(client, 5);

    expect(errors.at(-1)?.message).toContain("MLFLOW_TRACKING_SERVER_CERT_PATH");
    expect(client.reachable).toBe(true);
  });
});

describe("a caller who goes away", () => {
  it("says nothing about MLflow", async () => {
    const stub = await startStub();
    const outcomes: UpstreamExchange["outcome"][] = [];
    const client = clientFor(stub.url, { observe: ({ outcome }) => outcomes.push(outcome) });

    for (let n = 0; n < 5; n++) {
      const caller = new AbortController();
      stub.on(routes.getModel, { raw: () => caller.abort() });
      await failed(client.registry().getPrompt("x", { signal: caller.signal }));
    }

    expect(outcomes).toEqual(Array(5).fill("cancelled"));
    expect(client.reachable).toBe(true);
  });
});
