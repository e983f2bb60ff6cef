import { describe, expect, it } from "vitest";
import { PromptCache } from "../../../src/registry/cache/prompt-cache.ts";
import type { Change } from "../../../src/registry/changes/change-hub.ts";
import { RegistryError } from "../../../src/registry/errors.ts";
import type { Prompt } from "../../../src/registry/types.ts";
import { after, PlainRegistry } from "./plain-registry.ts";

/** A prompt "a" with two versions, "production" on the first one, and caches in front of it. */
function scene(options: { ttlMs?: number; maxBytes?: number } = {}) {
  const plain = new PlainRegistry();
  for (const name of ["a", "a"]) {
    plain.become((state, time) => after(state, { kind: "register", name }, time));
  }
  promote(1);
  const changes: Change[] = [];
  const outcomes: string[] = [];
  const cache = new PromptCache({
    ...{ ttlMs: 1_000, maxStaleMs: 10_000, maxBytes: 1_000_000, ...options },
    now: () => plain.now,
    onChange: (_, change) => changes.push(change),
    observe: (outcome) => outcomes.push(outcome),
  });
  const view = (caller: string, workspace?: string) =>
    cache.view(plain.view(caller), { workspace, caller, hasCredential: false });
  function promote(version: number): void {
    plain.become((state, time) => after(state, { kind: "setAlias", name: "a", version }, time));
  }
  return { plain, cache, view, changes, outcomes, promote };
}

const production = { alias: "production" };
const draft = { template: { kind: "text", text: "Hello" } } as const;

describe("a cached registry", () => {
  it("sends one request for equal reads of one caller, and never shares results between callers", async () => {
    const { plain, view } = scene();

    await view("ann").getPrompt("a");
    await view("ann").getPrompt("a");
    expect(plain.requestCount).toBe(1);

    await view("bob").getPrompt("a");
    await view("ann", "red").getPrompt("a");
    expect(plain.requestCount).toBe(3);
  });

  it("sends one request for any number of concurrent misses of the same key", async () => {
    const { plain, view } = scene();
    plain.hold("late");

    const answers = Array.from({ length: 100 }, () => view("ann").getVersion("a", production));
    plain.release();

    expect(new Set(await Promise.all(answers)).size).toBe(1);
    expect(plain.requestCount).toBe(1);
  });

  it("continues a request while at least one caller waits for it", async () => {
    const { plain, view } = scene();
    plain.hold("late");
    const [leaves, stays] = [new AbortController(), new AbortController()];

    const left = view("ann").getPrompt("a", { signal: leaves.signal });
    const stayed = view("ann").getPrompt("a", { signal: stays.signal });
    leaves.abort();
    await expect(left).rejects.toMatchObject({ kind: "cancelled" });
    plain.release();

    await expect(stayed).resolves.toMatchObject({ name: "a" });
    expect(plain.requestCount).toBe(1);
  });

  it("aborts a request when its last caller leaves", async () => {
    const { plain, cache } = scene();
    const signals: AbortSignal[] = [];
    const registry = {
      ...plain.view("ann"),
      getPrompt: (_: string, { signal }: { signal?: AbortSignal } = {}) =>
        new Promise<Prompt>(() => signal && signals.push(signal)),
    };
    const leaves = new AbortController();

    const left = cache
      .view(registry, { workspace: undefined, caller: "ann", hasCredential: false })
      .getPrompt("a", { signal: leaves.signal });
    leaves.abort();

    await expect(left).rejects.toMatchObject({ kind: "cancelled" });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it("refreshes an entry in the background while it serves it, and publishes changes of other clients", async () => {
    const { plain, view, promote, changes } = scene();
    for (let hits = 0; hits < 2; hits++) await view("ann").getVersion("a", production);
    promote(2);
    plain.pass(500);

    expect(await view("ann").getVersion("a", production)).toMatchObject({ version: 1 });
    await expect
      .poll(() => changes)
      .toEqual([{ prompt: "a", version: 2, alias: "production", listed: false }]);
    expect(await view("ann").getVersion("a", production)).toMatchObject({ version: 2 });
    expect(plain.requestCount).toBe(2);
  });

  it("invalidates what it wrote for all callers of the workspace", async () => {
    const { plain, view } = scene();
    await view("ann").getPrompt("a");
    await view("bob").searchPrompts({ limit: 10 });
    await view("eve", "red").getPrompt("a");

    await view("ann").setAlias("a", "production", 2);

    expect(await view("ann").getVersion("a", production)).toMatchObject({ version: 2 });
    const { items } = await view("bob").searchPrompts({ limit: 10 });
    expect(items[0]?.aliases).toEqual({ production: 2 });
    const requestCount = plain.requestCount;
    await view("eve", "red").getPrompt("a");
    expect(plain.requestCount).toBe(requestCount);
  });

  it("invalidates nothing when a write was refused before it could change anything", async () => {
    const { plain, view } = scene();
    await view("ann").getPrompt("a");
    await view("bob").searchPrompts({ limit: 10 });
    plain.become((state) => ({ ...state, down: true }));
    plain.pass(5_000);

    const writing = view("ann").registerVersion("a", draft);

    await expect(writing).rejects.toMatchObject({ kind: "unavailable", mayHaveChanged: false });
    await expect(view("ann").getPrompt("a")).resolves.toMatchObject({ name: "a" });
    const { items } = await view("bob").searchPrompts({ limit: 10 });
    expect(items).toHaveLength(1);
  });

  it("invalidates both names of a renamed prompt, for every caller", async () => {
    const { plain, cache, view } = scene();
    await plain.view("eve").registerVersion("b", draft);
    const registry = { ...plain.view("ann"), renamePrompt: async () => {} };
    for (const name of ["a", "b"]) await view("bob").getPrompt(name);
    const before = plain.requestCount;

    await cache
      .view(registry, { workspace: undefined, caller: "ann", hasCredential: false })
      .renamePrompt("a", "b");

    for (const name of ["a", "b"]) await view("bob").getPrompt(name);
    expect(plain.requestCount).toBe(before + 2);
  });

  it("invalidates when a failed write may have changed something", async () => {
    const { plain, cache, view } = scene();
    const doubt = { mayHaveChanged: true };
    const registry = {
      ...plain.view("ann"),
      deletePrompt: () => Promise.reject(new RegistryError("unavailable", "Lost.", {}, doubt)),
    };
    await view("bob").getPrompt("a");

    const writing = cache
      .view(registry, { workspace: undefined, caller: "ann", hasCredential: false })
      .deletePrompt("a");

    await expect(writing).rejects.toMatchObject({ kind: "unavailable" });
    await view("bob").getPrompt("a");
    expect(plain.requestCount).toBe(2);
  });

  it.each(["conflict", "not_found", "already_exists"] as const)(
    "makes who was told %s, and nobody else, ask again about that prompt",
    async (kind) => {
      const { plain, cache, view } = scene();
      await plain.view("eve").registerVersion("b", draft);
      const registry = {
        ...plain.view("ann"),
        deleteAlias: () => Promise.reject(new RegistryError(kind, "It is not so.")),
      };
      const ann = cache.view(registry, {
        workspace: undefined,
        caller: "ann",
        hasCredential: false,
      });
      for (const name of ["a", "b"]) await ann.getPrompt(name);
      await view("bob").getPrompt("a");

      await expect(ann.deleteAlias("a", "production")).rejects.toMatchObject({ kind });

      await view("bob").getPrompt("a");
      await ann.getPrompt("b");
      expect(plain.requestCount).toBe(3);
      await ann.getPrompt("a");
      expect(plain.requestCount).toBe(4);
    },
  );

  it("invalidates nothing when a write was forbidden or unnecessary", async () => {
    const { plain, cache, view } = scene();
    const forbidden = new RegistryError("forbidden", "You may not.");
    const newest = await plain.view("ann").getVersion("a", "latest");
    const registry = {
      ...plain.view("ann"),
      deletePrompt: () => Promise.reject(forbidden),
      registerVersion: async () => ({
        ...{ version: newest, before: newest, createdPrompt: false, unchanged: true },
        overtaken: [],
      }),
    };
    const ann = cache.view(registry, { workspace: undefined, caller: "ann", hasCredential: false });
    for (const one of [ann, view("bob")]) await one.getPrompt("a");
    const { requestCount } = plain;

    await expect(ann.deletePrompt("a")).rejects.toBe(forbidden);
    await ann.registerVersion("a", draft);

    for (const one of [ann, view("bob")]) await one.getPrompt("a");
    expect(plain.requestCount).toBe(requestCount);
  });

  it("serves prompts and their newest versions from the result of a search", async () => {
    const { plain, view, promote } = scene();
    promote(2);
    const registry = view("ann");
    const { items } = await registry.searchPrompts({ limit: 10 });

    expect(await registry.getPrompt("a")).toBe(items[0]);
    expect(await registry.getVersion("a", { firstOf: ["production", "latest"] })).toBe(
      items[0]?.latest,
    );
    expect(plain.requestCount).toBe(1);
  });

  it("serves cached older versions while the versions of the prompt stay the same", async () => {
    const { plain, view } = scene();
    const registry = view("ann");
    const older = async (limit = 10) => {
      const { items } = await registry.searchPrompts({ limit });
      return registry.getVersions(items.map((prompt) => ({ name: "a", version: 1, prompt })));
    };
    const [first] = await older();
    plain.pass(60_000);

    expect((await older())[0]).toBe(first);
    expect(plain.requestCount).toBe(3);

    plain.become((state, time) => after(state, { kind: "register", name: "a" }, time));
    // A search without a previous result cannot reveal changes.
    await older(20);
    expect(plain.requestCount).toBe(5);
  });

  it("returns the same object while the result is equal", async () => {
    const { plain, view } = scene();
    const first = await view("ann").searchPrompts({ limit: 10 });
    plain.pass(2_000);
    const second = await view("ann").searchPrompts({ limit: 10 });

    expect(plain.requestCount).toBe(2);
    expect(second).toBe(first);
  });

  it("serves a stale result during an outage, reports its age, and fails after the maximum age", async () => {
    const { plain, view, outcomes } = scene();
    await view("ann").getPrompt("a");
    plain.become((state) => ({ ...state, down: true }));
    const ages: number[] = [];
    const options = { onStaleResult: (ms: number) => ages.push(ms) };

    plain.pass(5_000);
    await expect(view("ann").getPrompt("a", options)).resolves.toMatchObject({ name: "a" });
    await expect(view("bob").getPrompt("a", options)).rejects.toMatchObject({
      kind: "unavailable",
    });
    plain.pass(6_000);
    await expect(view("ann").getPrompt("a", options)).rejects.toMatchObject({
      kind: "unavailable",
    });

    expect(ages).toEqual([5_001]);
    expect(outcomes).toContain("old");
  });

  it("serves the prompts and older versions of a list during an outage", async () => {
    const { plain, view } = scene();
    const registry = view("ann");
    const { items } = await registry.searchPrompts({ limit: 10 });
    await registry.getVersions(items.map((prompt) => ({ name: "a", version: 1, prompt })));
    plain.become((state) => ({ ...state, down: true }));
    plain.pass(5_000);
    const ages: number[] = [];
    const options = { onStaleResult: (ms: number) => ages.push(ms) };

    const latest = await registry.getVersion("a", { firstOf: ["none", "latest"] }, options);
    const older = await registry.getVersion("a", { firstOf: ["production", "latest"] }, options);

    expect([latest.version, older.version]).toEqual([2, 1]);
    expect(ages.length).toBeGreaterThan(1);
  });

  it("serves no invalidated result during an outage", async () => {
    const { plain, cache, view } = scene();
    await view("ann").getPrompt("a");
    cache.invalidate(undefined, { prompt: "a", listed: false });
    plain.become((state) => ({ ...state, down: true }));

    await expect(view("ann").getPrompt("a")).rejects.toMatchObject({ kind: "unavailable" });
  });

  it("evicts all entries of a caller after one refusal", async () => {
    const { plain, view } = scene();
    await view("ann").getPrompt("a");
    await view("ann").listVersions("a", { limit: 10 });
    plain.become((state) => ({ ...state, refused: ["ann"] }));

    await expect(view("ann").getPrompt("a", { notBefore: plain.now })).rejects.toMatchObject({
      kind: "unauthenticated",
    });
    await expect(view("ann").listVersions("a", { limit: 10 })).rejects.toMatchObject({
      kind: "unauthenticated",
    });
  });

  it("fetches again for a read with notBefore, and stores the result", async () => {
    const { plain, view, promote } = scene();
    await view("ann").getVersion("a", production);
    promote(2);

    const fresh = await view("ann").getVersion("a", production, { notBefore: plain.now });
    const next = await view("ann").getVersion("a", production);

    const again = await view("ann").getVersion("a", production, { notBefore: plain.now });

    expect([fresh.version, next, again]).toEqual([2, fresh, fresh]);
    expect(plain.requestCount).toBe(2);
  });

  it("caches nothing with a TTL of 0", async () => {
    const { plain, view } = scene({ ttlMs: 0 });
    await view("ann").getPrompt("a");
    await view("ann").getPrompt("a");
    expect(plain.requestCount).toBe(2);
  });

  it("stays within its size limit and evicts the least recently used entry", async () => {
    const { plain, cache, view } = scene({ maxBytes: 4_000 });
    for (let number = 0; number < 50; number++) await view(`caller ${number}`).getPrompt("a");
    expect(cache.bytes).toBeGreaterThan(1_000);
    expect(cache.bytes).toBeLessThanOrEqual(4_000);

    await view("caller 49").getPrompt("a");
    expect(plain.requestCount).toBe(50);
    await view("caller 0").getPrompt("a");
    expect(plain.requestCount).toBe(51);
  });

  it("serves entries of any age while the revision of the registry stays the same", async () => {
    const { plain } = scene();
    let revision: string | undefined = "1";
    const cache = new PromptCache({
      ...{ ttlMs: 1_000, maxStaleMs: 0, maxBytes: 1_000_000 },
      now: () => plain.now,
      onChange: () => {},
      revision: () => revision,
    });
    const registry = cache.view(plain.view("ann"), {
      workspace: undefined,
      caller: "",
      hasCredential: false,
    });
    await registry.getPrompt("a");
    plain.pass(1_000_000);
    await registry.getPrompt("a");
    expect(plain.requestCount).toBe(1);

    revision = "2";
    plain.pass(20);
    await registry.getPrompt("a");
    expect(plain.requestCount).toBe(2);

    revision = undefined;
    plain.pass(20);
    await registry.getPrompt("a");
    await registry.getPrompt("a");
    expect(plain.requestCount).toBe(4);
  });

  it.each([
    { written: "nothing", now: "1", requestCount: 1 },
    { written: "something", now: "2", requestCount: 2 },
  ])(
    "keeps what made a registry's revision known until somebody has written: $written",
    async ({ now, requestCount }) => {
      const { plain } = scene();
      let revision: string | undefined;
      const cache = new PromptCache({
        ...{ ttlMs: 1_000, maxStaleMs: 0, maxBytes: 1_000_000 },
        now: () => plain.now,
        onChange: () => {},
        revision: () => revision,
        firstRevision: () => revision && "1",
      });
      const registry = cache.view(plain.view("ann"), {
        workspace: undefined,
        caller: "",
        hasCredential: false,
      });
      const first = registry.getPrompt("a");
      revision = now;
      await first;

      await registry.getPrompt("a");
      expect(plain.requestCount).toBe(requestCount);
    },
  );
});
