import { it } from "vitest";
import { CheckedRegistry } from "../../src/registry/checked-registry.ts";
import type { PromptRegistry } from "../../src/registry/prompt-registry.ts";
import type { VersionDraft } from "../../src/registry/types.ts";
import { refused } from "../contract/support.ts";

const draft: VersionDraft = { template: { kind: "text", text: "Hello" } };

/** A registry that fails the test as soon as it is called. */
const uncalled = new Proxy({} as PromptRegistry, {
  get: (_, method) => () => {
    throw new Error(`${String(method)} was called.`);
  },
});

const calls: Readonly<Record<string, (registry: PromptRegistry) => Promise<unknown> | undefined>> =
  {
    "a page of no prompts": (it) => it.searchPrompts({ limit: 0 }),
    "a page of 1001 prompts": (it) => it.searchPrompts({ limit: 1_001 }),
    "a prompt without a name": (it) => it.getPrompt(""),
    "many prompts, one of them without a name": (it) => it.getPrompts?.(["a", ""]),
    "the newest version of no prompt": (it) => it.getVersion("", "latest"),
    "version 0": (it) => it.getVersion("a", { version: 0 }),
    "an alias with a space": (it) => it.getVersion("a", { alias: "a b" }),
    "many versions, one of no prompt": (it) => it.getVersions([{ name: "", version: 1 }]),
    "many versions, one of them 0": (it) => it.getVersions([{ name: "a", version: 0 }]),
    "the versions of no prompt": (it) => it.listVersions("", { limit: 1 }),
    "a page of no versions": (it) => it.listVersions("a", { limit: 0 }),
    "creating a name with a space": (it) => it.createPrompt("a b", {}),
    "creating with a reserved tag": (it) => it.createPrompt("a", { tags: { _mlflow_x: "" } }),
    "registering for no prompt": (it) => it.registerVersion("", draft),
    "registering a reserved tag": (it) =>
      it.registerVersion("a", { ...draft, tags: { _mlflow_x: "" } }),
    "registering on version -1": (it) => it.registerVersion("a", draft, { baseVersion: -1 }),
    "an alias of no prompt": (it) => it.setAlias("", "x", 1),
    "a reserved alias": (it) => it.setAlias("a", "latest", 1),
    "an alias of version 0": (it) => it.setAlias("a", "x", 0),
    "an alias expected at -1": (it) => it.setAlias("a", "x", 1, { expectedVersion: -1 }),
    "deleting an alias of no prompt": (it) => it.deleteAlias("", "x"),
    "deleting an alias with a space": (it) => it.deleteAlias("a", "a b"),
    "tagging no prompt": (it) => it.tagPrompt("", {}),
    "tagging with a reserved key": (it) => it.tagPrompt("a", { _mlflow_x: null }),
    "tagging a version of no prompt": (it) => it.tagVersion("", 1, {}),
    "tagging version 0": (it) => it.tagVersion("a", 0, {}),
    "tagging a version with a reserved key": (it) => it.tagVersion("a", 1, { _mlflow_x: null }),
    "describing no prompt": (it) => it.updatePrompt("", { description: "" }),
    "a description of 5001 characters": (it) =>
      it.updatePrompt("a", { description: "x".repeat(5_001) }),
    "renaming no prompt": (it) => it.renamePrompt("", "b"),
    "renaming to a name with a space": (it) => it.renamePrompt("a", "a b"),
    "deleting a version of no prompt": (it) => it.deleteVersion("", 1),
    "deleting version 0": (it) => it.deleteVersion("a", 0),
    "deleting no prompt": (it) => it.deletePrompt(""),
  };

it.each(Object.entries(calls))("%s is refused before the registry is called", async (_, call) => {
  await refused(Promise.resolve(call(new CheckedRegistry(uncalled))), "invalid");
});
