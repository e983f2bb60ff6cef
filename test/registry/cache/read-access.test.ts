import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PromptCache } from "../../../src/registry/cache/prompt-cache.ts";
import type { Change } from "../../../src/registry/changes/change-hub.ts";
import { RegistryError } from "../../../src/registry/errors.ts";
import type { PromptRegistry } from "../../../src/registry/prompt-registry.ts";
import { after, PlainRegistry } from "./plain-registry.ts";

const ttlMs = 5_000;
const names = ["a", "b", "c", "d", "e"];
const latest = { firstOf: ["production", "latest"] };

beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => vi.useRealTimers());

/** A registry that lists all prompts to everybody, and refuses to return some of them. */
function scene({ hasCredential = true } = {}) {
  const plain = new PlainRegistry();
  for (const name of names) {
    plain.become((state, time) => after(state, { kind: "register", name }, time));
  }
  const refused = new Set<string>();
  const requests: string[] = [];
  const changes: Change[] = [];
  async function returned<T>(name: string, result: Promise<T>): Promise<T> {
    requests.push(name);
    if (refused.has(name)) throw new RegistryError("forbidden", "Permission denied.");
    return result;
  }
  const ann = plain.view("ann");
  const registry: PromptRegistry = {
    ...ann,
    getPrompt: (name) => returned(name, ann.getPrompt(name)),
    getVersion: (name, selector) => returned(name, ann.getVersion(name, selector)),
  };
  const cache = new PromptCache({
    ...{ ttlMs, maxStaleMs: 600_000, maxBytes: 1_000_000 },
    now: () => plain.now,
    onChange: (_, change) => changes.push(change),
  });
  const view = cache.view(registry, { workspace: undefined, caller: "ann", hasCredential });
  const list = () => view.searchPrompts({ limit: 10 });
  async function pass(ms: number): Promise<void> {
    plain.pass(ms);
    await vi.advanceTimersByTimeAsync(ms);
  }
  return { plain, refused, requests, changes, view, list, pass };
}

describe("a caller with a credential", () => {
  it.each<[string, (view: PromptRegistry) => Promise<unknown>]>([
    ["prompt", (view) => view.getPrompt("a")],
    ["newest version", (view) => view.getVersion("a", "latest")],
    ["served version", (view) => view.getVersion("a", latest)],
  ])("is refused the %s that the registry lists and refuses", async (_, read) => {
    const { refused, view, list } = scene();
    refused.add("a");
    await list();
    await view.getPrompts?.(names);

    await expect(read(view)).rejects.toMatchObject({ kind: "forbidden" });
  });

  it("is refused it during an outage too, when only a list has shown it", async () => {
    const { plain, view, list } = scene();
    await list();
    await view.getPrompt("b");
    plain.become((state) => ({ ...state, down: true }));

    await expect(view.getPrompt("a")).rejects.toMatchObject({ kind: "unavailable" });
    await expect(view.getPrompt("b")).resolves.toMatchObject({ name: "b" });
  });

  it("causes one request for a prompt after a list, and none for the next", async () => {
    const { requests, view, list } = scene();
    await list();
    for (let reads = 0; reads < 3; reads++) await view.getVersion("a", latest);

    expect(requests).toEqual(["a"]);
  });

  it("loses within the time to live what lists go on to show", async () => {
    const { refused, view, list, pass } = scene();
    await view.getVersion("a", "latest");
    refused.add("a");
    for (let second = 0; second < 5; second++) {
      await pass(1_000);
      await list();
    }

    await expect(view.getVersion("a", "latest")).rejects.toMatchObject({ kind: "forbidden" });
  });

  it("has prompts in use refreshed together, and each by itself once a minute", async () => {
    const { requests, refused, view, pass } = scene();
    const readAll = () => Promise.all(names.map((name) => view.getVersion(name, latest)));
    const useFor = async (seconds: number) => {
      for (let quarter = 0; quarter < 4 * seconds; quarter++) {
        await readAll();
        await pass(250);
      }
    };
    await useFor(300);
    expect(requests.length).toBeGreaterThan(4 * names.length);
    expect(requests.length).toBeLessThan(8 * names.length);

    refused.add("a");
    await expect(useFor(65)).rejects.toMatchObject({ kind: "forbidden" });
  });

  it("is never given an older prompt after a list", async () => {
    const { plain, changes, view, list } = scene();
    await view.getPrompt("a");
    plain.become((state, time) => after(state, { kind: "register", name: "a" }, time));
    const { items } = await list();
    expect(items[0]?.latest).toMatchObject({ version: 2 });

    expect(await view.getVersion("a", "latest")).toMatchObject({ version: 2 });
    expect(changes).toEqual([{ prompt: "a", version: 2, listed: false }]);
  });
});

describe("a caller without a credential", () => {
  it("is given what a list contained", async () => {
    const { requests, view, list } = scene({ hasCredential: false });
    const { items } = await list();

    expect(await view.getPrompt("a")).toBe(items[0]);
    expect(requests).toEqual([]);
  });
});
