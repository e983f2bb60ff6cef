import { describe, expect, it } from "vitest";
import { PromptCache } from "../../../src/registry/cache/prompt-cache.ts";
import type { Change } from "../../../src/registry/changes/change-hub.ts";
import type { PromptRegistry } from "../../../src/registry/prompt-registry.ts";
import { after, type Mutation, PlainRegistry } from "./plain-registry.ts";

const names = Array.from({ length: 10 }, (_, index) => `p${index}`);
const firstOf = { firstOf: ["production", "latest"] };

/** Ten prompts with two versions each, and a cache in front of them. */
function scene() {
  const plain = new PlainRegistry();
  const become = (mutation: Mutation) =>
    plain.become((state, time) => after(state, mutation, time));
  for (const name of [...names, ...names]) become({ kind: "register", name });
  const requests: string[] = [];
  const changes: Change[] = [];
  const cache = new PromptCache({
    ...{ ttlMs: 1_000, maxStaleMs: 10_000, maxBytes: 1_000_000 },
    now: () => plain.now,
    onChange: (_, change) => changes.push(change),
  });
  const view = (caller: string) =>
    cache.view(recorded(plain.view(caller), requests), {
      workspace: undefined,
      caller,
      hasCredential: false,
    });
  return { plain, become, requests, changes, view };
}

/** Records the requests. */
function recorded(registry: PromptRegistry, requests: string[]): PromptRegistry {
  return new Proxy(registry, {
    get(target, key: keyof PromptRegistry) {
      const method: unknown = Reflect.get(target, key);
      if (typeof method !== "function") return method;
      return (...args: unknown[]) => {
        requests.push(Array.isArray(args[0]) ? `${key} of ${args[0].length}` : key);
        return Reflect.apply(method, target, args);
      };
    },
  });
}

/** The same, after a caller has read all prompts twice and their refresh is due. */
async function dueScene(before: (become: (mutation: Mutation) => void) => void = () => {}) {
  const all = scene();
  before(all.become);
  const registry = all.view("ann");
  for (let hits = 0; hits < 2; hits++) await getAll(registry);
  all.requests.length = 0;
  all.plain.pass(500);
  return { ...all, registry };
}

async function getAll(registry: PromptRegistry): Promise<void> {
  for (const name of names) await registry.getVersion(name, firstOf);
}

describe("refreshes that are due", () => {
  it("run in one batch", async () => {
    const { requests, registry } = await dueScene();

    await getAll(registry);
    await expect.poll(() => requests).toEqual(["getPrompts of 10"]);
  });

  it("run one by one while they are few", async () => {
    const { requests, registry } = await dueScene();

    for (const name of names.slice(0, 2)) await registry.getVersion(name, firstOf);

    await expect.poll(() => requests).toEqual(["getVersion", "getVersion"]);
  });

  it("fetch the served older versions too", async () => {
    const { requests, registry } = await dueScene((become) => {
      for (const name of names) become({ kind: "setAlias", name, version: 1 });
    });

    await getAll(registry);

    await expect.poll(() => requests).toEqual(["getPrompts of 10", "getVersions of 10"]);
  });

  it("publish changes of other clients", async () => {
    const { become, changes, registry } = await dueScene();
    await getAll(registry);
    become({ kind: "setAlias", name: "p9", version: 1 });

    await expect.poll(() => changes).toEqual([{ prompt: "p9", version: 1, listed: false }]);
    expect(await registry.getVersion("p9", firstOf)).toMatchObject({ version: 1 });
  });

  it("run alone for prompts that the batch did not find", async () => {
    const { become, requests, changes, registry } = await dueScene();
    await getAll(registry);
    become({ kind: "deletePrompt", name: "p9" });

    await expect.poll(() => changes).toEqual([{ prompt: "p9", listed: false }]);
    expect(requests).toEqual(["getPrompts of 10", "getVersion"]);
    await expect(registry.getVersion("p9", firstOf)).rejects.toMatchObject({ kind: "not_found" });
  });

  it("end together during an outage", async () => {
    const { plain, requests, registry } = await dueScene();
    await getAll(registry);
    plain.become((state) => ({ ...state, down: true }));

    await expect.poll(() => requests).toEqual(["getPrompts of 10"]);
    expect(await registry.getVersion("p9", firstOf)).toMatchObject({ version: 2 });
  });

  it("evict the entries when the caller is refused, without a request for each", async () => {
    const { plain, requests, registry } = await dueScene();
    await getAll(registry);
    plain.become((state) => ({ ...state, refused: ["ann"] }));

    await expect.poll(() => requests).toEqual(["getPrompts of 10", "getVersion"]);
    await expect(registry.getVersion("p9", firstOf)).rejects.toMatchObject({
      kind: "unauthenticated",
    });
  });

  it("never share a batch with another caller's", async () => {
    const { plain, requests, view } = scene();
    const callers = ["ann", "bob", "eve"].map((caller) => view(caller));
    const two = names.slice(0, 2);
    const getTwo = async () => {
      for (const registry of callers) for (const name of two) await registry.getPrompt(name);
    };
    for (let hits = 0; hits < 2; hits++) await getTwo();
    requests.length = 0;
    plain.pass(500);

    await getTwo();

    await expect.poll(() => requests.length).toBe(6);
    expect(new Set(requests)).toEqual(new Set(["getPrompt"]));
  });
});
