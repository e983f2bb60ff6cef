import { describe, expect, it } from "vitest";
import { refused } from "../contract/support.ts";
import { makeMlflowFile, newPath, openFile, sql, text } from "./support.ts";
import { upgradeToWorkspaces } from "./upgrade.ts";

function fileWithWorkspaces(): string {
  const path = newPath();
  makeMlflowFile(path);
  upgradeToWorkspaces(path, ["red", "blue"]);
  return path;
}

describe("workspaces of a file", () => {
  it("separate prompts of the same name", async () => {
    const file = openFile(fileWithWorkspaces());
    const [red, blue] = [file.registry({ workspace: "red" }), file.registry({ workspace: "blue" })];
    await red.registerVersion("greeting", text("Red", { tags: { colour: "red" } }));
    await red.registerVersion("greeting", text("Redder"));
    await red.setAlias("greeting", "production", 2);

    const { version, createdPrompt } = await blue.registerVersion("greeting", text("Blue"));

    expect([version.version, createdPrompt]).toEqual([1, true]);
    expect(await blue.getPrompt("greeting")).toMatchObject({
      tags: {},
      aliases: {},
      latest: { template: { text: "Blue" } },
    });
    expect((await red.searchPrompts({ limit: 5 })).items).toHaveLength(1);
    await blue.deletePrompt("greeting");
    expect(await red.getVersion("greeting", { alias: "production" })).toMatchObject({
      version: 2,
      template: { text: "Redder" },
      aliases: ["production"],
    });
    expect(await red.getVersions([{ name: "greeting", version: 1 }])).toMatchObject([
      { tags: { colour: "red" } },
    ]);
  });

  it("rename a prompt of theirs alone", async () => {
    const path = fileWithWorkspaces();
    const file = openFile(path);
    const [red, blue] = [file.registry({ workspace: "red" }), file.registry({ workspace: "blue" })];
    for (const registry of [red, blue]) {
      await registry.registerVersion("greeting", text("Hello", { tags: { a: "b" } }));
      await registry.setAlias("greeting", "production", 1);
    }
    await blue.createPrompt("welcome", {});
    const before = await blue.getPrompt("greeting");

    await red.renamePrompt("greeting", "welcome");

    expect(await blue.getPrompt("greeting")).toEqual(before);
    expect(await red.getVersion("welcome", { alias: "production" })).toMatchObject({
      template: { text: "Hello" },
      tags: { a: "b" },
    });
    expect(sql(path, "PRAGMA foreign_key_check")).toEqual([]);
    await refused(blue.renamePrompt("greeting", "welcome"), "already_exists", "welcome");
  });

  it("default to MLflow's default workspace", async () => {
    const path = fileWithWorkspaces();
    const file = openFile(path);
    await file.registry({}).registerVersion("greeting", text("Hello"));

    expect(sql(path, "SELECT workspace FROM registered_models")).toEqual([
      { workspace: "default" },
    ]);
    expect(await file.registry({}).describe()).toMatchObject({
      workspace: "default",
      capabilities: { workspaces: true, atomicWrites: true },
    });
    const { items } = await file.registry({ workspace: "default" }).searchPrompts({ limit: 5 });
    expect(items).toHaveLength(1);
    expect(await file.registry({ workspace: "red" }).searchPrompts({ limit: 5 })).toEqual({
      items: [],
    });
  });

  it("must exist", async () => {
    const path = fileWithWorkspaces();
    const registry = openFile(path).registry({ workspace: "green" });

    await refused(registry.describe(), "not_found", '"green"', path);
    await refused(registry.createPrompt("greeting", {}), "not_found", '"green"');
    sql(path, "INSERT INTO workspaces (name) VALUES ('green')");
    expect(await registry.createPrompt("greeting", {})).toMatchObject({ name: "greeting" });
  });

  it("are not supported in a file from before MLflow 3.10", async () => {
    const path = newPath();
    const registry = openFile(path).registry({ workspace: "red" });

    await refused(registry.searchPrompts({ limit: 5 }), "invalid", '"red"', path, "MLflow 3.10");
  });

  it("reject each other's cursors", async () => {
    const file = openFile(fileWithWorkspaces());
    const [red, blue] = [file.registry({ workspace: "red" }), file.registry({ workspace: "blue" })];
    await red.createPrompt("a", {});
    await red.createPrompt("b", {});
    const { nextCursor } = await red.searchPrompts({ limit: 1 });

    expect(nextCursor).toBeDefined();
    await refused(blue.searchPrompts({ limit: 1, cursor: nextCursor ?? "" }), "invalid", "cursor");
  });
});
