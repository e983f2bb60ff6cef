import { describe, expect, it } from "vitest";
import { failed } from "../failed.ts";
import { clientFor, type Stub, startStub } from "../stub.ts";
import { model, refusal, routes, version } from "../wire-data.ts";

/** As MLflow 3.17.2 answers for a name that it has refused since 3.11. */
const refused = refusal(
  400,
  "INVALID_PARAMETER_VALUE",
  "Invalid model name 'a/b'. Names cannot contain '/' or ':'.",
);

async function stubWith(...models: readonly ReturnType<typeof model>[]): Promise<Stub> {
  const stub = await startStub();
  for (const route of [
    routes.getModel,
    routes.getVersion,
    routes.getAlias,
    routes.setAlias,
    routes.deleteAlias,
    routes.createVersion,
    routes.tagModel,
    routes.tagVersion,
    routes.renameModel,
    routes.updateModel,
    routes.deleteModel,
    routes.deleteVersion,
  ]) {
    stub.on(route, refused);
  }
  stub.on(routes.searchModels, { json: { registered_models: models } });
  stub.on(routes.searchVersions, ({ query }) => {
    const numbers = query.filter?.includes("version_number = 9") ? [] : [1];
    return { json: { model_versions: numbers.map((number) => version("a/b", number)) } };
  });
  return stub;
}

const old = model("a/b", { latest: [version("a/b", 2)], aliases: { production: 1, next: 2 } });

describe("a prompt that got its name before MLflow refused such names", () => {
  it("is read by searches", async () => {
    const registry = clientFor((await stubWith(old)).url).registry();

    expect(await registry.getPrompt("a/b")).toMatchObject({ name: "a/b", latest: { version: 2 } });
    for (const [selector, number] of [
      ["latest", 2],
      [{ version: 1 }, 1],
      [{ alias: "production" }, 1],
      [{ firstOf: ["production", "latest"] }, 1],
      [{ firstOf: ["next"] }, 2],
    ] as const) {
      const found = await registry.getVersion("a/b", selector);
      expect(found).toMatchObject({ name: "a/b", version: number });
      expect(found.aliases).toEqual([number === 1 ? "production" : "next"]);
    }
    expect((await registry.listVersions("a/b", { limit: 5 })).items).toHaveLength(1);
    expect(await registry.getVersions([{ name: "a/b", version: 1 }])).toMatchObject([
      { name: "a/b", version: 1 },
    ]);
  });

  it("lacks what it lacks", async () => {
    const registry = clientFor((await stubWith(old)).url).registry();

    const noVersion = await failed(registry.getVersion("a/b", { version: 9 }));
    const noAlias = await failed(registry.getVersion("a/b", { alias: "staging" }));

    expect(noVersion.message).toContain('Prompt "a/b" has no version 9.');
    expect(noAlias.message).toContain('Prompt "a/b" has no alias "staging".');
  });

  it.each([":", "/", "..", "."])("is not there for a name that nobody gave: %j", async (name) => {
    const registry = clientFor((await stubWith(old)).url).registry();
    expect((await failed(registry.getPrompt(name))).message).toBe(`No prompt named "${name}".`);
  });

  it("is not changed, and the error says how to go on", async () => {
    const registry = clientFor((await stubWith(old)).url).registry();
    const template = { kind: "text", text: "x" } as const;

    for (const change of [
      () => registry.registerVersion("a/b", { template }),
      () => registry.setAlias("a/b", "staging", 1),
      () => registry.deleteAlias("a/b", "next"),
      () => registry.tagPrompt("a/b", { key: "value" }),
      () => registry.tagVersion("a/b", 1, { key: "value" }),
      () => registry.updatePrompt("a/b", { description: "x" }),
      () => registry.renamePrompt("a/b", "ab"),
      () => registry.deleteVersion("a/b", 1),
      () => registry.deletePrompt("a/b"),
    ]) {
      const error = await failed(change());
      expect(error).toMatchObject({ kind: "invalid" });
      expect(error.message).toContain(
        'MLflow does not change the prompt "a/b" because of its name: since 3.11 a name has no "/" or ":". copy_prompt registers the prompt under another name, such as "a-b".',
      );
    }
  });
});
