import { expect, it } from "vitest";
import { AnnouncingRegistry } from "../../../src/registry/changes/announcing-registry.ts";
import { toChanges, type Write } from "../../../src/registry/changes/write.ts";
import { RegistryError } from "../../../src/registry/errors.ts";
import { newPath, openFile, text } from "../../embedded/support.ts";

it("an announcing registry reports registered, refused and unchanged versions", async () => {
  const writes: Write[] = [];
  const registry = new AnnouncingRegistry(openFile(newPath()).registry({}), (write) => {
    writes.push(write);
  });

  await registry.registerVersion("x", text("One"), { baseVersion: 0 });
  await registry.registerVersion("x", text("One"));
  await registry.registerVersion("x", text("Two"), { baseVersion: 9 }).catch(() => undefined);
  await registry.setAlias("x", "a", 1, { expectedVersion: 9 }).catch(() => undefined);

  expect(writes).toMatchObject([
    { operation: "register_version", version: 1, outcome: "ok", listed: true },
    { operation: "register_version", version: 1, outcome: "unchanged", listed: false },
    { operation: "register_version", outcome: "conflict" },
    { operation: "set_alias", outcome: "conflict" },
  ]);
  expect(writes.map((write) => toChanges(write).length)).toEqual([1, 0, 0, 0]);
});

it("a rename is a change of both names and of the list, and an update of one prompt", async () => {
  const writes: Write[] = [];
  const registry = new AnnouncingRegistry(openFile(newPath()).registry({}), (write) => {
    writes.push(write);
  });
  await registry.createPrompt("x", {});
  writes.length = 0;

  await registry.updatePrompt("x", { description: "New" });
  await registry.tagPrompt("x", { "mcp.skill": "true" });
  await registry.tagPrompt("x", { team: "search" });
  await registry.renamePrompt("x", "y");
  await registry.renamePrompt("x", "z").catch(() => undefined);

  expect(writes).toMatchObject([
    { operation: "update_prompt", prompt: "x", outcome: "ok" },
    { operation: "tag_prompt", tags: ["mcp.skill"] },
    { operation: "tag_prompt", tags: ["team"] },
    { operation: "rename_prompt", prompt: "x", newName: "y", outcome: "ok" },
    { operation: "rename_prompt", prompt: "x", newName: "z", outcome: "not_found" },
  ]);
  expect(writes.flatMap(toChanges)).toEqual([
    { prompt: "x", listed: false, described: true },
    { prompt: "x", listed: false, described: true },
    { prompt: "x", listed: false },
    { prompt: "x", listed: true },
    { prompt: "y", listed: true },
  ]);
});

it.each([
  { kind: "unavailable", mayHaveChanged: true },
  { kind: "cancelled", mayHaveChanged: true },
  { kind: "unavailable", mayHaveChanged: false },
  { kind: "cancelled", mayHaveChanged: false },
  { kind: "forbidden", mayHaveChanged: false },
] as const)("a failed write is a change when it may have been one: %o", async (failure) => {
  const { kind, mayHaveChanged } = failure;
  const writes: Write[] = [];
  const error = new RegistryError(kind, "It failed.", {}, { mayHaveChanged });
  const file = openFile(newPath()).registry({});
  file.deletePrompt = () => Promise.reject(error);
  file.deleteVersion = () => Promise.reject(error);
  const registry = new AnnouncingRegistry(file, (write) => void writes.push(write));

  await registry.deletePrompt("x").catch(() => undefined);
  await registry.deleteVersion("x", 1).catch(() => undefined);

  const changes = mayHaveChanged
    ? [
        { prompt: "x", listed: true },
        { prompt: "x", version: 1, listed: false },
      ]
    : [];
  expect(writes.flatMap(toChanges)).toEqual(changes);
});

it("a fault of this program counts as a possible change", async () => {
  const writes: Write[] = [];
  const file = openFile(newPath()).registry({});
  file.setAlias = () => Promise.reject(new TypeError("A fault"));
  const registry = new AnnouncingRegistry(file, (write) => void writes.push(write));

  await registry.setAlias("x", "a", 1).catch(() => undefined);

  expect(writes).toMatchObject([{ outcome: "fault", mayHaveChanged: true }]);
});

it("a write returns after it was announced, whether it succeeded or not", async () => {
  const order: string[] = [];
  const registry = new AnnouncingRegistry(openFile(newPath()).registry({}), async ({ outcome }) => {
    await new Promise((resolve) => setImmediate(resolve));
    order.push(`announced: ${outcome}`);
  });

  await registry.registerVersion("x", text("One"));
  order.push("returned");
  await registry.deleteVersion("x", 9).catch(() => undefined);
  order.push("refused");

  expect(order).toEqual(["announced: ok", "returned", "announced: not_found", "refused"]);
});
