import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { pullFolder } from "../../src/cli/commands/pull.ts";
import { pushFolder } from "../../src/cli/commands/push.ts";
import { readFolder } from "../../src/cli/folder/read-folder.ts";
import { contentOf } from "../../src/cli/folder/registry-content.ts";
import { localCall } from "../../src/cli/with-local-session.ts";
import { differences, plainJson } from "../../src/prompt-files/same-content.ts";
import { canonicalValue } from "../../src/registry/json.ts";
import type { PromptRegistry } from "../../src/registry/prompt-registry.ts";
import type { Prompt } from "../../src/registry/types.ts";
import { emptyRegistry, sessionOf } from "../support/embedded-session.ts";
import { promptCorpus } from "../support/prompt-corpus.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const call = () => localCall("push", new AbortController().signal, () => {});

async function push(registry: PromptRegistry, folder: string) {
  const read = await readFolder(folder);
  expect(read.problems).toEqual([]);
  const request = { dryRun: false, allowBreaking: false };
  const pushed = await pushFolder(sessionOf(registry), read, request, call());
  expect(pushed.filter(({ action }) => action === "failed")).toEqual([]);
  return pushed;
}

async function pull(registry: PromptRegistry, folder: string) {
  const request = { names: [], force: false, dryRun: false };
  return pullFolder(sessionOf(registry), await readFolder(folder), request, call());
}

async function promptsOf(registry: PromptRegistry): Promise<ReadonlyMap<string, Prompt>> {
  const { items } = await registry.searchPrompts({ order: "name", limit: 1_000 });
  return new Map(items.map((prompt) => [prompt.name, prompt]));
}

describe("more than 200 files of all forms", () => {
  it("have the same bytes after a push and a pull, and a second push writes nothing", async () => {
    const corpus = promptCorpus();
    expect(corpus.length).toBeGreaterThanOrEqual(200);
    const folder = temporaryFolder();
    for (const [path, text] of corpus) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const registry = emptyRegistry();

    const pushed = await push(registry, folder);
    expect(pushed).toHaveLength(corpus.length);
    expect(pushed.filter(({ action }) => action !== "created")).toEqual([]);
    const pulled = await pull(registry, folder);

    expect(pulled.filter(({ action }) => action !== "unchanged")).toEqual([]);
    for (const [path, text] of corpus) {
      expect(readFileSync(join(folder, path), "utf8"), path).toBe(text);
    }
    const again = await push(registry, folder);
    expect(again.filter(({ action }) => action !== "unchanged")).toEqual([]);
  });

  it("are the same prompts after a pull into an empty folder and a push into another registry", async () => {
    const [folder, other] = [temporaryFolder(), temporaryFolder()];
    for (const [path, text] of promptCorpus()) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const [first, second] = [emptyRegistry(), emptyRegistry()];
    await push(first, folder);
    const pulled = await pull(first, other);
    expect(pulled.filter(({ action }) => action !== "created")).toEqual([]);
    await push(second, other);

    const [from, to] = [await promptsOf(first), await promptsOf(second)];
    expect([...to.keys()]).toEqual([...from.keys()]);
    for (const [name, prompt] of from) {
      const copy = to.get(name);
      if (prompt.latest === undefined || copy?.latest === undefined) throw new Error(name);
      const contents = [contentOf(prompt, prompt.latest), contentOf(copy, copy.latest)] as const;
      expect(differences(...contents), name).toEqual([]);
      expect(canonicalValue(plainJson(contents[1].template))).toBe(
        canonicalValue(plainJson(contents[0].template)),
      );
    }
  });
});
