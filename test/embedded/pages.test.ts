import { describe, expect, it, vi } from "vitest";
import { Database } from "../../src/embedded/file/database.ts";
import { newPath, openFile, text } from "./support.ts";

describe("pages", () => {
  it("neither skip nor repeat prompts when others are added or deleted in between", async () => {
    const registry = openFile(newPath()).registry({});
    for (const name of ["b", "d", "f", "h"]) await registry.createPrompt(name, {});
    const first = await registry.searchPrompts({ limit: 2 });
    await registry.deletePrompt("d");
    await registry.deletePrompt("b");
    for (const name of ["a", "c", "e"]) await registry.createPrompt(name, {});

    const second = await registry.searchPrompts({ limit: 2, cursor: first.nextCursor ?? "" });

    expect(first.items.map(({ name }) => name)).toEqual(["b", "d"]);
    expect(second.items.map(({ name }) => name)).toEqual(["e", "f"]);
  });

  it("are in the order of code points", async () => {
    const registry = openFile(newPath()).registry({});
    for (const name of ["b", "B", "_", "a10", "a9", "-", "0", ".x"]) {
      await registry.createPrompt(name, {});
    }

    const { items } = await registry.searchPrompts({ limit: 10 });

    expect(items.map(({ name }) => name)).toEqual(["-", ".x", "0", "B", "_", "a10", "a9", "b"]);
  });

  it("of a thousand prompts take a handful of statements", async () => {
    const registry = openFile(newPath()).registry({});
    const names = Array.from({ length: 1_000 }, (_, index) => `prompt-${1_000 + index}`);
    for (const name of names)
      await registry.registerVersion(name, text("Hello", { tags: { name } }));
    await registry.setAlias("prompt-1500", "production", 1);
    const statements = vi.spyOn(Database.prototype, "select");

    const { items } = await registry.searchPrompts({ limit: 1_000 });
    const versions = await registry.getVersions(names.map((name) => ({ name, version: 1 })));

    expect(statements.mock.calls.length).toBeLessThan(20);
    expect(items.map(({ name }) => name)).toEqual(names);
    expect(items[500]).toMatchObject({
      tags: { name: "prompt-1500" },
      aliases: { production: 1 },
      latest: { version: 1, aliases: ["production"], tags: { name: "prompt-1500" } },
    });
    expect(versions).toEqual(items.map(({ latest }) => latest));
  });
});
