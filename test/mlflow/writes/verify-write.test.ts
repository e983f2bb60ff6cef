import { describe, expect, it } from "vitest";
import { failed } from "../failed.ts";
import { clientFor, type Reply, startStub } from "../stub.ts";
import { denied, modelReply, routes, version } from "../wire-data.ts";
import { breaks, done, draft, ownVersion, prompt, steps, stubFor, times } from "../write-steps.ts";

const { "adding a version": adding, "deleting a prompt": deleting } = steps;

describe("reading back a write of unknown outcome", () => {
  it("is repeated, because MLflow completes requests that it has started", async () => {
    const stub = await stubFor(adding, [done, done, ownVersion]);

    const registered = await adding.call(clientFor(stub.url).registry());

    expect(registered).toMatchObject({ version: { version: 4 } });
    expect(times(stub, routes.searchVersions)).toBe(3);
  });

  it("may fail as well, and the message says what happened first", async () => {
    const stub = await stubFor(adding, [{ status: 502, text: "" }]);

    const error = await failed(adding.call(clientFor(stub.url).registry()));

    expect(error.kind).toBe("unavailable");
    expect(error.message).toMatch(/^POST .* the connection broke/);
    expect(error.message).toContain("could not be verified: GET");
    expect(error.message).toContain("The change may have been made");
    expect(error.cause).toBeInstanceOf(Error);
  });

  it("ends at the time limit when there is no response", async () => {
    const stub = await stubFor(adding, [{ raw: () => {} }]);
    const verifySchedule = { pausesMs: [0, 10], limitMs: 150 };

    const error = await failed(adding.call(clientFor(stub.url, { verifySchedule }).registry()));

    expect(error.message).toContain("could not be verified: no response within 150 ms");
  });

  it("reports the last result when a later read gets no response", async () => {
    const stub = await stubFor(deleting, [prompt, prompt, { raw: () => {} }]);
    const verifySchedule = { pausesMs: [0, 10], limitMs: 150 };

    const error = await failed(deleting.call(clientFor(stub.url, { verifySchedule }).registry()));

    expect(error.message).toContain("MLflow was queried once and");
  });

  it("ends when the caller cancels", async () => {
    const caller = new AbortController();
    const leaves = () => {
      caller.abort();
      return done;
    };
    const stub = await stubFor(adding, [leaves]);
    const registry = clientFor(stub.url).registry();

    const call = registry.registerVersion("x", draft, {}, { signal: caller.signal });

    const error = await failed(call);
    expect(error.kind).toBe("cancelled");
    expect(error.message).toContain("The change may have been made");
    expect(times(stub, routes.searchVersions)).toBe(1);
  });

  it("recognizes another prompt of the same name", async () => {
    const stub = await stubFor(deleting, [
      prompt,
      { json: { registered_model: { ...reRegistered() } } },
    ]);

    await deleting.call(clientFor(stub.url).registry());

    expect(times(stub, routes.deleteModel)).toBe(1);
  });

  it("treats a prompt that is now forbidden as deleted", async () => {
    const stub = await stubFor(deleting, [prompt, denied]);

    await deleting.call(clientFor(stub.url).registry());

    expect(times(stub, routes.deleteModel)).toBe(1);
  });

  it.each<[string, Reply]>([
    ["with versions", modelReply("x", { latest: [version("x", 1)] })],
    ["with another description", modelReply("x", { description: "Other" })],
    ["with other tags", modelReply("x", { tags: { a: "b" } })],
    ["that is a model", modelReply("x", { prompt: false })],
  ])("does not take a prompt %s for the one that was created", async (_, holder) => {
    const stub = await startStub();
    stub.on(routes.createModel, breaks);
    stub.on(routes.getModel, holder);

    const error = await failed(clientFor(stub.url).registry().createPrompt("x", {}));

    expect(error.kind).toBe("already_exists");
    expect(times(stub, routes.createModel)).toBe(1);
  });
});

function reRegistered() {
  return { name: "x", creation_timestamp: 99, tags: [] };
}
