import { describe, expect, it } from "vitest";
import { serveModels } from "../serve-models.ts";
import { clientFor, type Stub, startStub } from "../stub.ts";
import { denied, model, modelReply, routes, version } from "../wire-data.ts";

function named(count: number, prefix = "p"): string[] {
  return Array.from({ length: count }, (_, n) => `${prefix}${String(n).padStart(4, "0")}`);
}

async function found(stub: Stub, names: readonly string[]) {
  return (await clientFor(stub.url).registry().getPrompts?.(names)) ?? [];
}

describe("many prompts", () => {
  it("come in one search, as they come one by one", async () => {
    const stub = await startStub();
    const names = named(100);
    serveModels(stub, names);

    const prompts = await found(stub, [...names, "gone"]);

    expect(prompts.map(({ name }) => name)).toEqual(names);
    expect(prompts[7]).toEqual(await clientFor(stub.url).registry().getPrompt("p0007"));
    expect(stub.arrived[0]?.query).toEqual({
      filter: expect.stringMatching(/^tags\.`mlflow\.prompt\.is_prompt` = 'true' AND name IN \('p/),
      max_results: "101",
    });
    expect(stub.routes()).toEqual([routes.searchModels, routes.getModel]);
  });

  it("come in several where their names would not fit into one URL", async () => {
    const stub = await startStub();
    const names = named(100, "n".repeat(150));
    serveModels(stub, names);

    expect(await found(stub, names)).toHaveLength(100);

    expect(stub.routes()).toEqual([routes.searchModels, routes.searchModels, routes.searchModels]);
    const longest = Math.max(
      ...stub.arrived.map(({ query }) => new URLSearchParams(query).toString().length),
    );
    expect(longest).toBeLessThan(7_500);
  });

  it("come one by one while they are few, and where no search is sure to find them", async () => {
    const stub = await startStub();
    const names = ["a", "b", "it's", "é", "100 %"];
    serveModels(stub, names);

    const prompts = await found(stub, names);

    expect(prompts.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
    expect(new Set(stub.routes())).toEqual(new Set([routes.getModel]));
  });

  it("come one by one from a server that knows no list of names, which is asked once", async () => {
    const stub = await startStub();
    serveModels(stub, named(20), { nameIn: false });
    const registry = clientFor(stub.url).registry();

    for (let round = 0; round < 2; round++) {
      expect(await registry.getPrompts?.(named(21))).toHaveLength(20);
    }

    const searches = stub.routes().filter((route) => route === routes.searchModels);
    expect(searches).toHaveLength(1);
  });

  it("come by themselves when a search brings them without the tags of their newest version", async () => {
    const stub = await startStub();
    const names = named(5);
    serveModels(stub, names);
    // As MLflow answers while another version is registered.
    const torn = model("p0003", { latest: [{ ...version("p0003", 2), tags: [] }] });
    const whole = model("p0004", { latest: [version("p0004", 2)] });
    stub.on(routes.searchModels, { json: { registered_models: [torn, whole] } });

    const prompts = await found(stub, names);

    expect(prompts.map(({ name, latest }) => [name, latest?.version])).toEqual([
      ["p0004", 2],
      ["p0003", 2],
    ]);
  });

  it("are those that the caller may see, and that are prompts", async () => {
    const stub = await startStub();
    stub.on(routes.getModel, ({ query: { name = "" } }) =>
      name === "model" ? modelReply(name, { prompt: false }) : denied,
    );

    expect(await found(stub, ["model", "hidden"])).toEqual([]);
  });

  it("fail as a whole when MLflow does", async () => {
    const stub = await startStub();
    stub.on(routes.searchModels, denied);

    await expect(found(stub, named(5))).rejects.toMatchObject({ kind: "forbidden" });
  });
});
