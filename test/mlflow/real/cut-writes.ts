import type { PromptRegistry } from "../../../src/registry/prompt-registry.ts";
import { text } from "../../contract/support.ts";

/** A write of the registry, on a prompt that is there for it alone. */
export interface CutWrite {
  /** How many requests of it change something. */
  readonly requests: number;
  prepare?(registry: PromptRegistry, name: string): Promise<unknown>;
  run(registry: PromptRegistry, name: string): Promise<unknown>;
}

const labelled = { commitMessage: "Said so", tags: { team: "docs" } };

async function twoVersions(registry: PromptRegistry, name: string): Promise<void> {
  await registry.registerVersion(name, text("One", labelled));
  await registry.registerVersion(name, text("Two", labelled));
  await registry.setAlias(name, "first", 1);
  await registry.setAlias(name, "second", 2);
  await registry.setAlias(name, "newest", 2);
  await registry.tagPrompt(name, { drop: "1", change: "1" });
  await registry.tagVersion(name, 1, { drop: "1", change: "1" });
}

const changes = { change: "2", drop: null, add: 'it\'s "3"' };

/** Every write there is. */
export const cutWrites: Readonly<Record<string, CutWrite>> = {
  "creating a prompt": {
    requests: 1,
    run: (registry, name) => registry.createPrompt(name, { description: "D", tags: { a: "b" } }),
  },
  "registering a first version": {
    requests: 2,
    run: (registry, name) =>
      registry.registerVersion(name, text("One", labelled), { baseVersion: 0 }),
  },
  "registering a further version": {
    requests: 1,
    prepare: twoVersions,
    run: (registry, name) => registry.registerVersion(name, text("Three"), { baseVersion: 2 }),
  },
  "setting a new alias": {
    requests: 1,
    prepare: twoVersions,
    run: (registry, name) => registry.setAlias(name, "new", 1, { expectedVersion: 0 }),
  },
  "moving an alias": {
    requests: 1,
    prepare: twoVersions,
    run: (registry, name) => registry.setAlias(name, "first", 2, { expectedVersion: 1 }),
  },
  "deleting an alias": {
    requests: 1,
    prepare: twoVersions,
    run: (registry, name) => registry.deleteAlias(name, "first"),
  },
  "tagging a prompt": {
    requests: 3,
    prepare: twoVersions,
    run: (registry, name) => registry.tagPrompt(name, changes),
  },
  "tagging a version": {
    requests: 3,
    prepare: twoVersions,
    run: (registry, name) => registry.tagVersion(name, 1, changes),
  },
  "deleting a version": {
    requests: 3,
    prepare: twoVersions,
    run: (registry, name) => registry.deleteVersion(name, 2),
  },
  "deleting a prompt": {
    requests: 1,
    prepare: twoVersions,
    run: (registry, name) => registry.deletePrompt(name),
  },
};
