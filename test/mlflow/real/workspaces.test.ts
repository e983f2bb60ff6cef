import { describe, expect, it } from "vitest";
import { promptRegistryContract } from "../../contract/prompt-registry.ts";
import { refused, text, uniqueName } from "../../contract/support.ts";
import { mlflowAvailable, title } from "../../support/mlflow-install.ts";
import { rest, suiteServer } from "./suite-server.ts";

const newest = await mlflowAvailable("3.17.2");

describe.skipIf(!newest.ok)(title("MLflow 3.17.2 with workspaces", newest), () => {
  const server = suiteServer({ release: "3.17.2", workspaces: true }, async (url) => {
    for (const name of ["contract", "red", "blue"]) {
      await rest(url, "POST", "/api/3.0/mlflow/workspaces", { name });
    }
  });

  promptRegistryContract(
    server.open({ workspace: "contract" }),
    server.traits({ "x-mlflow-workspace": "contract" }),
  );

  it("keeps what is in one from the others, whatever the name", async () => {
    const red = server.client.registry({ workspace: "red" });
    const blue = server.client.registry({ workspace: "blue" });
    const shared = server.client.registry();
    const name = uniqueName();

    await red.registerVersion(name, text("Red"));
    await red.setAlias(name, "production", 1);
    await blue.registerVersion(name, text("Blue"));

    expect(await red.getVersion(name, "latest")).toMatchObject({ template: { text: "Red" } });
    expect(await blue.getVersion(name, "latest")).toMatchObject({
      template: { text: "Blue" },
      aliases: [],
    });
    await refused(blue.getVersion(name, { alias: "production" }), "not_found");
    await refused(shared.getPrompt(name), "not_found");
    expect(await shared.searchPrompts({ limit: 10 })).toEqual({ items: [] });
    await blue.deletePrompt(name);
    expect(await red.searchPrompts({ limit: 10 })).toMatchObject({ items: [{ name }] });
  });

  it("says which workspace there is none of", async () => {
    const registry = server.client.registry({ workspace: "green" });

    await refused(registry.searchPrompts({ limit: 10 }), "not_found", "workspace", '"green"');
    await refused(registry.getPrompt("x"), "not_found", "workspace", '"green"');
    await refused(registry.getVersions([{ name: "x", version: 1 }]), "not_found", '"green"');
    await refused(registry.registerVersion("x", text("x")), "not_found", '"green"');
  });

  it("tells the workspace it is bound to", async () => {
    expect(await server.client.registry({ workspace: "red" }).describe()).toEqual({
      backend: "mlflow",
      location: server.url,
      release: "3.17.2",
      workspace: "red",
      workspaces: expect.arrayContaining(["blue", "red"]),
      capabilities: { workspaces: true, atomicWrites: false },
    });
  });
});
