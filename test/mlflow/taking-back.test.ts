import { describe, expect, it } from "vitest";
import { failed } from "./failed.ts";
import { clientFor, type Reply, startStub } from "./stub.ts";
import { missingModel, modelReply, refusal, routes, version, versionReply } from "./wire-data.ts";
import { breaks, done, draft, times } from "./write-steps.ts";

const refused = refusal(400, "INVALID_PARAMETER_VALUE", "Too long");
const mayExist = 'prompt "x" was created for it and may exist without a version';

/** As `draft` makes it. */
const own = modelReply("x", { description: "First", tags: { team: "red" } });

describe("a prompt whose first version fails", () => {
  it.each<[string, Reply, Reply]>([
    ["is refused", refused, done],
    ["did not arrive", breaks, done],
    ["may have arrived and cannot be looked for", breaks, { status: 502, text: "" }],
  ])("is taken back when the version %s", async (_, outcome, found) => {
    const stub = await startStub();
    stub.on(routes.getModel, missingModel("x"), own);
    stub.on(routes.createModel, own);
    stub.on(routes.createVersion, outcome);
    stub.on(routes.searchVersions, found);
    stub.on(routes.deleteModel, done);

    const error = await failed(clientFor(stub.url).registry().registerVersion("x", draft));

    expect(error.message).not.toContain(mayExist);
    expect(stub.routes().at(-1)).toBe(routes.deleteModel);
    expect(times(stub, routes.createVersion)).toBe(1);
  });

  it.each<[string, Reply]>([
    ["has got a version by now", modelReply("x", { latest: [version("x", 1)] })],
    ["is another by now", { json: { registered_model: { name: "x", creation_timestamp: 99 } } }],
    ["is gone by now", missingModel("x")],
  ])("is left alone when it %s", async (_, now) => {
    const stub = await startStub();
    stub.on(routes.getModel, missingModel("x"), now);
    stub.on(routes.createModel, own);
    stub.on(routes.createVersion, refused);

    const error = await failed(clientFor(stub.url).registry().registerVersion("x", draft));

    expect(error.message).toContain("Too long");
    expect(error.message).not.toContain(mayExist);
    expect(stub.routes().at(-1)).toBe(routes.getModel);
  });

  it("is left alone when it is not certain whose it is, which is said", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, missingModel("x"), own);
    stub.on(routes.createModel, breaks);
    stub.on(routes.createVersion, refused);

    const error = await failed(clientFor(stub.url).registry().registerVersion("x", draft));

    expect(error.kind).toBe("invalid");
    expect(error.message).toContain(mayExist);
    expect(times(stub, routes.deleteModel)).toBe(0);
  });

  it("is gone when the answer to its deletion was lost", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, missingModel("x"), own, missingModel("x"));
    stub.on(routes.createModel, own);
    stub.on(routes.createVersion, refused);
    stub.on(routes.deleteModel, breaks);

    const error = await failed(clientFor(stub.url).registry().registerVersion("x", draft));

    expect(error.message).not.toContain(mayExist);
    expect(times(stub, routes.deleteModel)).toBe(1);
  });

  it.each<[string, Reply]>([
    ["cannot be looked at", { status: 502, text: "" }],
    ["cannot be deleted", own],
  ])("is mentioned when it %s", async (_, now) => {
    const stub = await startStub();
    stub.on(routes.getModel, missingModel("x"), now);
    stub.on(routes.createModel, own);
    stub.on(routes.createVersion, refused);
    stub.on(routes.deleteModel, breaks);

    const error = await failed(clientFor(stub.url).registry().registerVersion("x", draft));

    expect(error.message).toMatch(/Too long.*may exist without a version/);
  });

  it("is taken back when the caller leaves while it is created", async () => {
    const stub = await startStub();
    const caller = new AbortController();
    const leaves = () => {
      caller.abort();
      return own;
    };
    stub.on(routes.getModel, missingModel("x"), own);
    stub.on(routes.createModel, leaves);
    stub.on(routes.deleteModel, done);
    const registry = clientFor(stub.url).registry();

    const call = registry.registerVersion("x", draft, {}, { signal: caller.signal });

    expect((await failed(call)).kind).toBe("cancelled");
    expect(times(stub, routes.createVersion)).toBe(0);
    expect(stub.routes().at(-1)).toBe(routes.deleteModel);
  });
});

describe("a write in several steps that fails at a later one", () => {
  it("says which tags were changed before", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, modelReply("x", { tags: { drop: "1" } }));
    stub.on(routes.tagModel, done, refused);
    stub.on(routes.untagModel, done);
    const changes = { first: "1", drop: null, second: "2", third: "3" };

    const error = await failed(clientFor(stub.url).registry().tagPrompt("x", changes));

    expect(error.kind).toBe("invalid");
    expect(error.message).toContain('Too long. Tags changed before the failure: "first", "drop".');
    expect(times(stub, routes.tagModel)).toBe(2);
  });

  it("says which aliases of a version were deleted before", async () => {
    const stub = await startStub();
    stub.on(routes.getVersion, versionReply("x", 2, { aliases: ["a", "b"] }));
    stub.on(routes.deleteAlias, done);
    stub.on(routes.deleteVersion, breaks);

    const error = await failed(clientFor(stub.url).registry().deleteVersion("x", 2));

    expect(error.message).toContain('version 2 of "x" still exists');
    expect(error.message).toContain('Aliases of the version deleted before the failure: "a", "b".');
  });

  it("says nothing of steps before when there are none", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, modelReply("x"));
    stub.on(routes.tagModel, refused);

    const error = await failed(clientFor(stub.url).registry().tagPrompt("x", { a: "b" }));

    expect(error.message).not.toContain("before the failure");
  });
});
