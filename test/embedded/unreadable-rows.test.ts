import { expect, it } from "vitest";
import type { PromptRegistry } from "../../src/registry/prompt-registry.ts";
import { refused } from "../contract/support.ts";
import { callTool } from "../support/call-tool.ts";
import { connect, sessionOf } from "../support/embedded-session.ts";
import { makeMlflowFile, newPath, openFile, sql, text } from "./support.ts";

/** Prompts "a", "b" and "c" of two versions each, in a file of MLflow's. */
async function filled(): Promise<{ readonly path: string; readonly registry: PromptRegistry }> {
  const path = newPath();
  makeMlflowFile(path);
  const registry = openFile(path).registry({});
  for (const name of ["a", "b", "c"]) {
    for (const words of ["One", "Two"]) await registry.registerVersion(name, text(words));
  }
  return { path, registry };
}

it.each([
  ["a time that is a text", "UPDATE registered_models SET creation_time = 'then' WHERE name = 'b'"],
  [
    "a description that is bytes",
    "UPDATE registered_models SET description = x'00' WHERE name = 'b'",
  ],
  [
    "a tag that is bytes",
    "INSERT INTO registered_model_tags (name, key, value) VALUES ('b', 'k', x'00')",
  ],
])("a prompt with %s is named in a list, and is an error alone", async (_, damage) => {
  const { path, registry } = await filled();
  sql(path, damage);

  const { items } = await registry.searchPrompts({ limit: 10 });
  const { text: words, structured } = await callTool(
    await connect(sessionOf(registry)),
    "list_prompts",
  );

  expect(items).toMatchObject([
    { name: "a", latest: { version: 2 } },
    { name: "b", problem: expect.any(String) },
    { name: "c", latest: { version: 2 } },
  ]);
  expect(words).toContain("- b (unreadable: ");
  expect(structured).toMatchObject({ prompts: [{}, { problem: items[1]?.problem }, {}] });
  await refused(registry.getPrompt("b"), "unreadable");
});

it.each([
  ["a time that is a text", "UPDATE model_versions SET creation_time = 'then'"],
  ["a tag that is bytes", "UPDATE model_version_tags SET value = x'00'"],
])("a version with %s is named in lists, and is an error alone", async (_, damage) => {
  const { path, registry } = await filled();
  sql(path, `${damage} WHERE name = 'b' AND version = 2`);

  const { items: prompts } = await registry.searchPrompts({ limit: 10 });
  const { items: versions } = await registry.listVersions("b", { limit: 10 });
  const listed = await callTool(await connect(sessionOf(registry)), "list_prompt_versions", {
    name: "b",
  });

  const unreadable = { version: 2, template: { kind: "unreadable" } };
  expect(prompts).toMatchObject([{ name: "a" }, { name: "b", latest: unreadable }, { name: "c" }]);
  expect(versions).toMatchObject([unreadable, { version: 1, template: { text: "One" } }]);
  expect(listed.text).toMatch(/- version 2 .* unreadable: /);
  expect(listed.structured).toMatchObject({ versions: [{ problem: expect.any(String) }, {}] });
  await refused(registry.getVersion("b", "latest"), "unreadable");
});
