import { describe, expect, it } from "vitest";
import { failed } from "../failed.ts";
import { clientFor, startStub } from "../stub.ts";
import {
  denied,
  missingModel,
  missingVersion,
  modelReply,
  refusal,
  routes,
  version,
  versionReply,
} from "../wire-data.ts";

const missingAlias = refusal(
  400,
  "INVALID_PARAMETER_VALUE",
  "Registered model alias canary not found.",
);

describe("a version by number", () => {
  it("is one request", async () => {
    const stub = await startStub();
    stub.on(routes.getVersion, versionReply("a b'é\n", 3, { aliases: ["z", "a"] }));

    const found = await clientFor(stub.url).registry().getVersion("a b'é\n", { version: 3 });

    expect(found).toMatchObject({ name: "a b'é\n", version: 3, aliases: ["a", "z"] });
    expect(stub.arrived.map(({ query }) => query)).toEqual([{ name: "a b'é\n", version: "3" }]);
  });

  it("that is not there is told from a prompt that is not there", async () => {
    const stub = await startStub();
    stub.on(routes.getVersion, missingVersion("x", 3));
    stub.on(routes.getModel, modelReply("x"), missingModel("x"));
    const registry = clientFor(stub.url).registry();

    const noVersion = await failed(registry.getVersion("x", { version: 3 }));
    const noPrompt = await failed(registry.getVersion("x", { version: 3 }));

    expect([noVersion.kind, noPrompt.kind]).toEqual(["not_found", "not_found"]);
    expect(noVersion.message).toContain("no version 3");
    expect(noPrompt.message).toContain("No prompt named");
  });

  it("that is forbidden may belong to a prompt that is not there", async () => {
    const stub = await startStub();
    stub.on(routes.getVersion, denied);
    stub.on(routes.getModel, missingModel("x"), modelReply("x"), denied);
    const registry = clientFor(stub.url).registry();

    const kinds: string[] = [];
    for (const _ of [1, 2, 3]) {
      kinds.push((await failed(registry.getVersion("x", { version: 3 }))).kind);
    }

    expect(kinds).toEqual(["not_found", "forbidden", "forbidden"]);
  });

  it("of a registered model that is no prompt is not shown", async () => {
    const stub = await startStub();
    stub.on(routes.getVersion, versionReply("x", 1, { prompt: false }));
    stub.on(routes.getModel, modelReply("x", { prompt: false }));

    const error = await failed(clientFor(stub.url).registry().getVersion("x", { version: 1 }));

    expect(error.message).toContain("No prompt named");
  });
});

describe("a version by alias", () => {
  it("is one request", async () => {
    const stub = await startStub();
    stub.on(routes.getAlias, versionReply("x", 2, { aliases: ["production"] }));

    const found = await clientFor(stub.url).registry().getVersion("x", { alias: "production" });

    expect(found).toMatchObject({ version: 2, aliases: ["production"] });
    expect(stub.arrived.map(({ query }) => query)).toEqual([{ name: "x", alias: "production" }]);
  });

  it.each([
    ["says so", missingAlias],
    ["names the prompt instead", missingModel("x")],
  ])("that is not there is told from a prompt that is not there, when MLflow %s", async (_, no) => {
    const stub = await startStub();
    stub.on(routes.getAlias, no);
    stub.on(routes.getModel, modelReply("x"), missingModel("x"));
    const registry = clientFor(stub.url).registry();

    const noAlias = await failed(registry.getVersion("x", { alias: "canary" }));
    const noPrompt = await failed(registry.getVersion("x", { alias: "canary" }));

    expect([noAlias.kind, noPrompt.kind]).toEqual(["not_found", "not_found"]);
    expect(noAlias.message).toContain('no alias "canary"');
    expect(noPrompt.message).toContain("No prompt named");
  });

  it("whose version was deleted says so (MLflow before 3.17 keeps such aliases)", async () => {
    const stub = await startStub();
    stub.on(routes.getAlias, missingVersion("x", 2));
    stub.on(routes.getModel, modelReply("x", { aliases: { canary: 2 } }));

    const error = await failed(clientFor(stub.url).registry().getVersion("x", { alias: "canary" }));

    expect(error.kind).toBe("not_found");
    expect(error.subject).toEqual({ prompt: "x", alias: "canary" });
    expect(error.message).toContain('Alias "canary" of prompt "x" points at version 2, which was');
  });

  it("that is forbidden stays so when the prompt is there", async () => {
    const stub = await startStub();
    stub.on(routes.getAlias, denied);
    stub.on(routes.getModel, modelReply("x"));

    const error = await failed(clientFor(stub.url).registry().getVersion("x", { alias: "canary" }));

    expect(error.kind).toBe("forbidden");
  });
});

describe("the first of several aliases", () => {
  const firstOf = ["canary", "production", "latest"];

  it("is one request when the prompt has the first", async () => {
    const stub = await startStub();
    stub.on(routes.getAlias, versionReply("x", 2, { aliases: ["canary"] }));

    const found = await clientFor(stub.url).registry().getVersion("x", { firstOf });

    expect(found).toMatchObject({ version: 2, aliases: ["canary"] });
    expect(stub.arrived.map(({ query }) => query)).toEqual([{ name: "x", alias: "canary" }]);
  });

  it("is one request when the first is the latest", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, modelReply("x", { latest: [version("x", 5)] }));

    const found = await clientFor(stub.url)
      .registry()
      .getVersion("x", { firstOf: ["Latest", "production"] });

    expect(found.version).toBe(5);
    expect(stub.routes()).toEqual([routes.getModel]);
  });

  it("is what the prompt says when it has not the first", async () => {
    const stub = await startStub();
    stub.on(routes.getAlias, missingAlias);
    stub.on(
      routes.getModel,
      modelReply("x", { latest: [version("x", 5)], aliases: { production: 3 } }),
      modelReply("x", { latest: [version("x", 5)] }),
    );
    stub.on(routes.getVersion, versionReply("x", 3));
    const registry = clientFor(stub.url).registry();

    const second = await registry.getVersion("x", { firstOf });
    const third = await registry.getVersion("x", { firstOf });

    expect([second.version, third.version]).toEqual([3, 5]);
    expect(stub.routes()).toEqual([
      ...[routes.getAlias, routes.getModel, routes.getVersion],
      ...[routes.getAlias, routes.getModel],
    ]);
  });

  it("is the next one when the first was left behind by a deleted version (before 3.17)", async () => {
    const stub = await startStub();
    stub.on(routes.getAlias, missingVersion("x", 2));
    const aliases = { canary: 2 };
    stub.on(routes.getModel, modelReply("x", { latest: [version("x", 5)], aliases }));
    const registry = clientFor(stub.url).registry();

    expect((await registry.getVersion("x", { firstOf })).version).toBe(5);
    const error = await failed(registry.getVersion("x", { firstOf: ["canary"] }));
    expect(error.kind).toBe("not_found");
    expect(error.message).toContain("does not have the alias canary");
  });

  it.each([
    ["does not find the prompt", missingModel("x")],
    ["does not find the alias (3.8)", missingAlias],
    ["forbids it", denied],
  ])("is not there when the prompt is not, when MLflow %s", async (_, refused) => {
    const stub = await startStub();
    stub.on(routes.getAlias, refused);
    stub.on(routes.getModel, missingModel("x"), denied);
    const registry = clientFor(stub.url).registry();

    const absent = await failed(registry.getVersion("x", { firstOf }));
    const forbidden = await failed(registry.getVersion("x", { firstOf }));

    expect(absent.message).toContain("No prompt named");
    expect(forbidden.kind).toBe("forbidden");
  });

  it("is not there when the registered model is no prompt", async () => {
    const stub = await startStub();
    stub.on(routes.getAlias, versionReply("x", 2, { prompt: false }));
    stub.on(routes.getModel, modelReply("x", { prompt: false }));

    const error = await failed(clientFor(stub.url).registry().getVersion("x", { firstOf }));

    expect(error.message).toContain("No prompt named");
  });
});

describe("the latest version", () => {
  it.each(["latest", { alias: "LATEST" }] as const)("is one request: %j", async (selector) => {
    const stub = await startStub();
    const latest = [version("x", 4), version("x", 5), version("x", 3)];
    stub.on(routes.getModel, modelReply("x", { latest, aliases: { b: 5, a: 5, c: 3 } }));

    const found = await clientFor(stub.url).registry().getVersion("x", selector);

    expect(found).toMatchObject({ version: 5, aliases: ["a", "b"] });
    expect(stub.routes()).toEqual([routes.getModel]);
  });

  it("is not there when the prompt has no versions", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, modelReply("x"));

    const error = await failed(clientFor(stub.url).registry().getVersion("x", "latest"));

    expect(error.kind).toBe("not_found");
    expect(error.message).toContain("has no versions");
  });
});

describe("the versions of a prompt", () => {
  it("come newest first, with the aliases that the prompt has", async () => {
    const stub = await startStub();
    const rows = [version("x", 3), version("x", 1)];
    stub.on(routes.getModel, modelReply("x", { latest: [version("x", 3)], aliases: { a: 1 } }));
    stub.on(routes.searchVersions, { json: { model_versions: rows, next_page_token: "t" } });

    const page = await clientFor(stub.url).registry().listVersions("x", { limit: 2 });

    expect(page.items.map((one) => [one.version, one.aliases])).toEqual([
      [3, []],
      [1, ["a"]],
    ]);
    expect(page.nextCursor).toBeDefined();
    expect(stub.routes().toSorted()).toEqual([routes.searchVersions, routes.getModel].toSorted());
    const { query } = stub.arrived.find(({ route }) => route === routes.searchVersions) ?? {};
    expect(query).toEqual({
      filter: "tags.`mlflow.prompt.is_prompt` = 'true' AND name = 'x'",
      order_by: "version_number DESC",
      max_results: "2",
    });
  });

  it("go on below the version that a page ended with, in one search each", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, modelReply("x", { latest: [version("x", 9)] }));
    stub.on(
      routes.searchVersions,
      { json: { model_versions: [version("x", 9), version("x", 7)], next_page_token: "more" } },
      { json: { model_versions: [version("x", 4)] } },
    );
    const registry = clientFor(stub.url).registry();

    const first = await registry.listVersions("x", { limit: 2 });
    const cursor = first.nextCursor ?? "";
    const second = await registry.listVersions("x", { limit: 2, cursor });

    expect(second.items.map((one) => one.version)).toEqual([4]);
    expect(second).not.toHaveProperty("nextCursor");
    const searches = stub.arrived.filter(({ route }) => route === routes.searchVersions);
    expect(searches.map(({ query }) => [query.filter, query.page_token])).toEqual([
      ["tags.`mlflow.prompt.is_prompt` = 'true' AND name = 'x'", undefined],
      ["tags.`mlflow.prompt.is_prompt` = 'true' AND name = 'x' AND version_number < 7", undefined],
    ]);
  });

  it("are those of the prompt alone, even when its name cannot be put into a filter", async () => {
    const stub = await startStub();
    const name = `it's "x"`;
    const rows = [version(name, 2), version("it's  x ", 2), version(name, 1)];
    stub.on(routes.getModel, modelReply(name, { latest: [version(name, 2)] }));
    stub.on(routes.searchVersions, { json: { model_versions: rows } });

    const page = await clientFor(stub.url).registry().listVersions(name, { limit: 2 });

    expect(page.items.map((one) => [one.name, one.version])).toEqual([
      [name, 2],
      [name, 1],
    ]);
    expect(page).not.toHaveProperty("nextCursor");
    expect(stub.arrived.map(({ query }) => query.filter)).toContain(
      "tags.`mlflow.prompt.is_prompt` = 'true' AND name LIKE 'it%s %x%'",
    );
  });

  it("are not there when the prompt is not, or is a model", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, missingModel("x"), modelReply("x", { prompt: false }));
    stub.on(routes.searchVersions, { json: {} });
    const registry = clientFor(stub.url).registry();

    for (const _ of [1, 2]) {
      expect((await failed(registry.listVersions("x", { limit: 2 }))).kind).toBe("not_found");
    }
  });
});
