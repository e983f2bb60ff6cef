import { describe, expect, it } from "vitest";
import { PromptCache } from "../../../src/registry/cache/prompt-cache.ts";
import type { Change } from "../../../src/registry/changes/change-hub.ts";
import type { PromptRegistry } from "../../../src/registry/prompt-registry.ts";
import { after, type Mutation, PlainRegistry } from "./plain-registry.ts";

const names = Array.from({ length: 10 }, (_, index) => `p${index}`);
const firstOf = { firstOf: ["production", "latest"] };

/** Ten prompts of two versions, and a cache before them. */
function scene() {
  const plain = new PlainRegistry();
  const become = (mutation: Mutation) =>
    plain.become((state, time) => after(state, mutation, time));
  for (const name of [...names, ...names]) become({ kind: "register", name });
  const asked: string[] = [];
  const changes: Change[] = [];
  const cache = new PromptCache({
    ...{ ttlMs: 1_000, maxStaleMs: 10_000, maxBytes: 1_000_000 },
    now: () => plain.now,
    onChange: (_, change) => changes.push(change),
  });
  const view = (caller: string) =>
    cache.view(noted(plain.view(caller), asked), { workspace: undefined, caller });
  return { plain, become, asked, changes, view };
}

/** Notes what is asked. */
function noted(registry: PromptRegistry, asked: string[]): PromptRegistry {
  return new Proxy(registry, {
    get(target, key: keyof PromptRegistry) {
      const method: unknown = Reflect.get(target, key);
      if (typeof method !== "function") return method;
      return (...args: unknown[]) => {
        asked.push(Array.isArray(args[0]) ? `${key} of ${args[0].length}` : key);
        return Reflect.apply(method, target, args);
      };
    },
  });
}

/** The same, when a caller has got them all and they are due. */
async function dueScene(before: (become: (mutation: Mutation) => void) => void = () => {}) {
  const all = scene();
  before(all.become);
  const registry = all.view("ann");
  await getAll(registry);
  all.asked.length = 0;
  all.plain.pass(500);
  return { ...all, registry };
}

async function getAll(registry: PromptRegistry): Promise<void> {
  for (const name of names) await registry.getVersion(name, firstOf);
}

describe("answers that are due", () => {
  it("are asked for together", async () => {
    const { asked, registry } = await dueScene();

    await getAll(registry);
    await expect.poll(() => asked).toEqual(["getPrompts of 10"]);
  });

  it("are asked for one by one while they are few", async () => {
    const { asked, registry } = await dueScene();

    for (const name of names.slice(0, 2)) await registry.getVersion(name, firstOf);

    await expect.poll(() => asked).toEqual(["getVersion", "getVersion"]);
  });

  it("are asked for with the older versions that are served", async () => {
    const { asked, registry } = await dueScene((become) => {
      for (const name of names) become({ kind: "setAlias", name, version: 1 });
    });

    await getAll(registry);

    await expect.poll(() => asked).toEqual(["getPrompts of 10", "getVersions of 10"]);
  });

  it("tell what others changed", async () => {
    const { become, changes, registry } = await dueScene();
    await getAll(registry);
    become({ kind: "setAlias", name: "p9", version: 1 });

    await expect.poll(() => changes).toEqual([{ prompt: "p9", version: 1, listed: false }]);
    expect(await registry.getVersion("p9", firstOf)).toMatchObject({ version: 1 });
  });

  it("are asked for alone where they are not among those that were found", async () => {
    const { become, asked, changes, registry } = await dueScene();
    await getAll(registry);
    become({ kind: "deletePrompt", name: "p9" });

    await expect.poll(() => changes).toEqual([{ prompt: "p9", listed: false }]);
    expect(asked).toEqual(["getPrompts of 10", "getVersion"]);
    await expect(registry.getVersion("p9", firstOf)).rejects.toMatchObject({ kind: "not_found" });
  });

  it("are given up together while the registry does not answer", async () => {
    const { plain, asked, registry } = await dueScene();
    await getAll(registry);
    plain.become((state) => ({ ...state, down: true }));

    await expect.poll(() => asked).toEqual(["getPrompts of 10"]);
    expect(await registry.getVersion("p9", firstOf)).toMatchObject({ version: 2 });
  });

  it("are forgotten when the caller is refused, without asking for each", async () => {
    const { plain, asked, registry } = await dueScene();
    await getAll(registry);
    plain.become((state) => ({ ...state, refused: ["ann"] }));

    await expect.poll(() => asked).toEqual(["getPrompts of 10", "getVersion"]);
    await expect(registry.getVersion("p9", firstOf)).rejects.toMatchObject({
      kind: "unauthenticated",
    });
  });

  it("are never asked for with another caller's", async () => {
    const { plain, asked, view } = scene();
    const callers = ["ann", "bob", "eve"].map((caller) => view(caller));
    const two = names.slice(0, 2);
    const getTwo = async () => {
      for (const registry of callers) for (const name of two) await registry.getPrompt(name);
    };
    await getTwo();
    asked.length = 0;
    plain.pass(500);

    await getTwo();

    await expect.poll(() => asked.length).toBe(6);
    expect(new Set(asked)).toEqual(new Set(["getPrompt"]));
  });
});
