import { describe, expect, it } from "vitest";
import { copyPrompt, copyVersion, copyWorkspace } from "../../bench/copied-rows.ts";
import { newPath, openFile, text } from "../embedded/support.ts";
import { upgradeToWorkspaces } from "../embedded/upgrade.ts";
import { withDatabase } from "../support/database.ts";

async function fileWithGreeting(): Promise<string> {
  const path = newPath();
  const file = openFile(path);
  const registry = file.registry({});
  await registry.registerVersion("greeting", text("Hello {{ name }}", { tags: { tone: "warm" } }));
  await registry.setAlias("greeting", "production", 1);
  file.close();
  return path;
}

describe("rows that are copied", () => {
  it("make a prompt like the first, with its version and its alias", async () => {
    const path = await fileWithGreeting();
    withDatabase(path, (db) => copyPrompt(db, "greeting", ["welcome", "farewell"]));

    const registry = openFile(path).registry({});
    expect((await registry.searchPrompts({ limit: 10 })).items.map(({ name }) => name)).toEqual([
      "farewell",
      "greeting",
      "welcome",
    ]);
    expect(await registry.getVersion("welcome", { alias: "production" })).toMatchObject({
      name: "welcome",
      version: 1,
      tags: { tone: "warm" },
      template: { kind: "text", text: "Hello {{ name }}" },
    });
  });

  it("make versions like the first, of which the last is the newest", async () => {
    const path = await fileWithGreeting();
    withDatabase(path, (db) => copyVersion(db, { name: "greeting", version: 1 }, [2, 3]));

    const registry = openFile(path).registry({});
    expect((await registry.getPrompt("greeting")).latest).toMatchObject({
      version: 3,
      template: { kind: "text", text: "Hello {{ name }}" },
    });
  });

  it("make a workspace like the default one", async () => {
    const path = await fileWithGreeting();
    upgradeToWorkspaces(path, ["red"]);
    withDatabase(path, (db) => copyWorkspace(db, ["red"]));

    const registry = openFile(path).registry({ workspace: "red" });
    expect(await registry.getVersion("greeting", { alias: "production" })).toMatchObject({
      version: 1,
      template: { kind: "text", text: "Hello {{ name }}" },
    });
  });
});
