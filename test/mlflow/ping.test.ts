import { describe, expect, it, vi } from "vitest";
import { eventually } from "../support/eventually.ts";
import { failed } from "./failed.ts";
import { clientFor, startStub } from "./stub.ts";
import { routes } from "./wire-data.ts";

describe("asking whether MLflow is ready", () => {
  it("is one request below the prefix, with nobody's credential", async () => {
    const stub = await startStub();
    stub.on("GET /a/health", { text: "OK" });

    await clientFor(`${stub.url}/a`).ping();

    expect(stub.routes()).toEqual(["GET /a/health"]);
    expect(stub.arrived[0]?.headers).not.toHaveProperty("authorization");
    expect(stub.arrived[0]?.headers).not.toHaveProperty("x-mlflow-workspace");
  });

  it.each([302, 401, 404, 500, 503])("fails when it answers %d, at once", async (status) => {
    const stub = await startStub();
    stub.on(routes.health, { status, text: "" });
    const client = clientFor(stub.url, { maxRetries: 3 });

    const error = await failed(client.ping());

    expect(error.kind).toBe("unavailable");
    expect(error.message).toContain(`GET ${stub.url}/health was answered with status ${status}`);
    expect(stub.arrived).toHaveLength(1);
  });

  it("fails when it does not answer, first for its own reason and then without asking", async () => {
    const stub = await startStub();
    await stub.stop();
    const client = clientFor(stub.url, { maxRetries: 3 });

    const errors = [];
    for (let n = 0; n < 4; n++) errors.push(await failed(client.ping()));

    expect(errors.map(({ kind }) => kind)).toEqual(Array(4).fill("unavailable"));
    expect(errors[0]?.message).toContain("cannot be reached");
    expect(errors[3]?.message).toContain("has not answered");
  });

  it("does not wait for the calls under way", async () => {
    const stub = await startStub();
    const taken = new Promise<void>((resolve) => {
      stub.on(routes.getModel, { raw: () => stub.arrived.length === 16 && resolve() });
    });
    stub.on(routes.health, { text: "OK" });
    const client = clientFor(stub.url);
    const calls = Array.from({ length: 20 }, () => failed(client.registry().getPrompt("x")));
    await taken;

    await client.ping();

    expect(stub.routes()).toEqual([...Array(16).fill(routes.getModel), routes.health]);
    await client.close();
    await Promise.all(calls);
  });

  it("ends when its caller goes away", async () => {
    const stub = await startStub();
    const caller = new AbortController();
    const closed = vi.fn();
    stub.on(routes.health, {
      raw: (response) => {
        response.on("close", closed);
        caller.abort();
      },
    });

    const error = await failed(clientFor(stub.url).ping({ signal: caller.signal }));

    expect(error.kind).toBe("cancelled");
    await eventually(() => expect(closed).toHaveBeenCalled());
  });
});
