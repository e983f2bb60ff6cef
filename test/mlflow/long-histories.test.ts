import { describe, expect, it } from "vitest";
import type { View } from "../../src/mlflow/client.ts";
import { failed } from "./failed.ts";
import { clientFor, type Reply, startStub } from "./stub.ts";
import {
  denied,
  missingModel,
  model,
  modelReply,
  refusal,
  routes,
  version,
  versionReply,
} from "./wire-data.ts";
import { done, draft } from "./write-steps.ts";

const long = { latest: [version("x", 1_000)], aliases: { production: 7 } };
const get = routes.getModel;
const search = routes.searchModels;

function found(...models: ReturnType<typeof model>[]): Reply {
  return { json: { registered_models: models } };
}

/** A registry that has learned that the prompt "x" has many versions, and what it asks since. */
async function learned(view: View = {}) {
  const stub = await startStub();
  stub.on(routes.info, { json: { workspaces_enabled: true } });
  stub.on(get, modelReply("x", long));
  const client = clientFor(stub.url);
  const registry = client.registry(view);
  const prompt = await registry.getPrompt("x");
  const before = stub.routes().length;
  return { stub, client, registry, prompt, since: () => stub.routes().slice(before) };
}

describe("a prompt of many versions", () => {
  it("is searched for once that is known, and is the same", async () => {
    const { stub, registry, prompt, since } = await learned();
    stub.on(search, found(model("x", long)));

    expect(await registry.getPrompt("x")).toEqual(prompt);
    expect(await registry.getVersion("x", "latest")).toEqual(prompt.latest);

    expect(since()).toEqual([search, search]);
    expect(stub.arrived.at(-1)?.query).toEqual({
      filter: "tags.`mlflow.prompt.is_prompt` = 'true' AND name = 'x'",
      max_results: "1",
    });
  });

  it("is not returned to a caller who is shown it by a search and may not read it", async () => {
    const credential = { kind: "basic", username: "ann", password: "x" } as const;
    const { stub, registry, prompt, since } = await learned({ credential });
    stub.on(search, found(model("x", long)));
    stub.on(routes.getVersion, versionReply("x", 1));
    expect(await registry.getPrompt("x")).toEqual(prompt);
    stub.on(routes.getVersion, denied);
    stub.on(get, denied);

    expect(await failed(registry.getPrompt("x"))).toMatchObject({ kind: "forbidden" });

    const readable = [search, routes.getVersion].toSorted();
    expect(since().slice(0, 2).toSorted()).toEqual(readable);
    expect(since().slice(2, 4).toSorted()).toEqual(readable);
    expect(since().slice(4)).toEqual([get]);
  });

  it("costs a registration as many requests as any other", async () => {
    const { stub, registry, since } = await learned();
    stub.on(search, found(model("x", long)));
    stub.on(routes.createVersion, versionReply("x", 1_001));

    const registered = await registry.registerVersion("x", draft, { baseVersion: 1_000 });

    expect(registered).toMatchObject({ version: { version: 1_001 }, before: { version: 1_000 } });
    expect(since()).toEqual([search, routes.createVersion]);
  });

  it("is a conflict with another base without a write", async () => {
    const { stub, registry, since } = await learned();
    stub.on(search, found(model("x", long)));

    const error = await failed(registry.registerVersion("x", draft, { baseVersion: 999 }));

    expect(error).toMatchObject({ kind: "conflict", subject: { version: 1_000 } });
    expect(since()).toEqual([search]);
  });

  it.each([
    ["is not there any more", missingModel("x"), "not_found"],
    ["may not be seen any more", denied, "forbidden"],
    ["is a model by now", modelReply("x", { prompt: false }), "not_found"],
  ])("that %s is asked for as well, which tells so", async (_, reply, kind) => {
    const { stub, registry, since } = await learned();
    stub.on(search, done);
    stub.on(get, reply);

    expect((await failed(registry.getPrompt("x"))).kind).toBe(kind);

    expect(since()).toEqual([search, get]);
  });

  it.each([
    ["refused", refusal(400, "INVALID_PARAMETER_VALUE", "No such filter")],
    ["answered with another name", found(model("X", long))],
    [
      "made while a version is registered, and brings the one before without tags",
      found(model("x", { ...long, latest: [{ ...version("x", 1_000), tags: [] }] })),
    ],
  ])("is asked for where the search is %s", async (_, reply) => {
    const { stub, registry, prompt, since } = await learned();
    stub.on(search, reply);

    expect(await registry.getPrompt("x")).toEqual(prompt);

    expect(since()).toEqual([search, get]);
  });

  it("is asked for again when it was begun anew", async () => {
    const { stub, registry, since } = await learned();
    stub.on(search, found(model("x", { latest: [version("x", 1)] })));

    for (const _ of [1, 2]) await registry.getPrompt("x");

    expect(since()).toEqual([search, get]);
  });

  it("is known in its workspace only", async () => {
    const { client, since } = await learned({ workspace: "team-a" });

    await client.registry({ workspace: "team-b" }).getPrompt("x");

    expect(since()).toEqual([get]);
  });
});

describe("is asked for each time", () => {
  it.each([
    ["a prompt of fewer versions", "x", 999],
    ["a prompt whose name no search can say", "é", 1_000],
  ])("%s", async (_, name, newest) => {
    const stub = await startStub();
    stub.on(get, modelReply(name, { latest: [version(name, newest)] }));
    const registry = clientFor(stub.url).registry();

    for (const _ of [1, 2]) await registry.getPrompt(name);

    expect(stub.routes()).toEqual([get, get]);
  });
});
