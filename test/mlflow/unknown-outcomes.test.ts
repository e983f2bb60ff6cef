import { describe, expect, it } from "vitest";
import { networkFailure, timedOut } from "../../src/mlflow/errors/network-failure.ts";
import { ServerName } from "../../src/mlflow/errors/server-name.ts";
import { UnknownOutcome } from "../../src/mlflow/errors/unknown-outcome.ts";
import { failed } from "./failed.ts";
import { clientFor, type Reply, startStub } from "./stub.ts";
import { denied, refusal, routes } from "./wire-data.ts";
import { breaks, steps, stubFor, times } from "./write-steps.ts";

const page = "<!doctype html>\n<html><title>Bad gateway</title></html>";
const { "adding a version": adding } = steps;
const attempted = {
  name: new ServerName("http://mlflow.test"),
  connectTimeoutMs: 100,
  requestTimeoutMs: 200,
  call: { method: "POST", path: "/x" },
} as const;

describe("the outcome of a write", () => {
  it.each<[string, Reply]>([
    ["a connection that breaks", breaks],
    ["no answer in time", { raw: () => {} }],
    ["half an answer", { text: '{"model_version": {"name": "x"' }],
    ["an answer that breaks off", { raw: (response) => breakOff(response) }],
    ["a page", { text: page }],
    ["JSON of something else", { json: { status: "ok" } }],
    ["408", { status: 408, text: "" }],
    ["500 and a page", { status: 500, text: page }],
    ["500 of MLflow's", refusal(500, "INTERNAL_ERROR")],
    ["502", { status: 502, text: page }],
    ["503", { status: 503, text: "" }],
    ["503 of MLflow's", refusal(503, "TEMPORARILY_UNAVAILABLE", "database is locked")],
    ["504", { status: 504, text: "Gateway timeout" }],
  ])("is unknown after %s", async (_, reply) => {
    const stub = await stubFor(adding, adding.arrived, reply);
    const client = clientFor(stub.url, { requestTimeoutMs: 300 });

    const registered = await adding.call(client.registry());

    expect(registered).toMatchObject({ version: { version: 4 }, overtaken: [] });
    expect(times(stub, routes.createVersion)).toBe(1);
    expect(times(stub, routes.searchVersions)).toBe(1);
  });

  it.each<[string, Reply]>([
    ["302", { status: 302, headers: { location: "/login" }, text: "" }],
    ["400", refusal(400, "INVALID_PARAMETER_VALUE")],
    ["401", { status: 401, text: page }],
    ["403", denied],
    ["404 by something else", { status: 404, text: page }],
    ["413", { status: 413, text: page }],
    ["429", { status: 429, text: "slow down" }],
    ["429 of MLflow's", refusal(429, "REQUEST_LIMIT_EXCEEDED")],
  ])("is known after %s", async (_, reply) => {
    const stub = await stubFor(adding, [], reply);

    const error = await failed(adding.call(clientFor(stub.url).registry()));

    expect(error.message).not.toMatch(/asked|looked up|may have been made/);
    expect(stub.routes()).toEqual([routes.getModel, routes.createVersion]);
  });

  it("is known of one that found no connection, or that nobody let through", async () => {
    const stub = await startStub();
    await stub.stop();
    const registry = clientFor(stub.url).registry();

    const errors = [];
    for (let n = 0; n < 4; n++) errors.push(await failed(registry.createPrompt("x", {})));

    expect(errors[0]?.message).toContain("cannot be reached");
    expect(errors[3]?.message).toContain("nothing was sent");
    for (const { message } of errors) expect(message).not.toMatch(/looked|may have been made/);
  });

  it("is known of one whose caller left while it waited for others", async () => {
    const stub = await startStub();
    const caller = new AbortController();
    const taken = new Promise<void>((resolve) => {
      stub.on(routes.getModel, { raw: () => stub.arrived.length === 16 && resolve() });
    });
    const client = clientFor(stub.url);
    const others = Array.from({ length: 16 }, () => failed(client.registry().getPrompt("x")));
    await taken;

    const call = failed(client.registry().createPrompt("x", {}, { signal: caller.signal }));
    caller.abort();

    const error = await call;
    expect(error.kind).toBe("cancelled");
    expect(error.message).not.toContain("may have been made");
    await client.close();
    await Promise.all(others);
  });

  it("is known of one that had to wait for others until its time was over", () => {
    const { error } = timedOut(attempted, { sent: false });

    expect(error).not.toBeInstanceOf(UnknownOutcome);
    expect(error.message).toMatch(/^POST .* could not be sent within 200 ms/);
  });

  it.each([
    ["EHOSTUNREACH", "connect", false],
    ["ETIMEDOUT", "connect", false],
    ["EHOSTUNREACH", "read", true],
    ["ETIMEDOUT", "read", true],
    ["EPIPE", "write", true],
  ])("after %s is told by the call that failed: %s", (code, syscall, unknown) => {
    const cause = Object.assign(new Error("It failed."), { code, syscall });

    const { error } = networkFailure(attempted, cause);

    expect(error instanceof UnknownOutcome).toBe(unknown);
  });
});

function breakOff(response: Parameters<NonNullable<Reply["raw"]>>[0]): void {
  response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
  response.write('{"model_version":', () => response.destroy());
}
