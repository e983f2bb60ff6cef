import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { Poller } from "../../src/backend/poller.ts";
import type { View } from "../../src/mlflow/client.ts";
import type { Change } from "../../src/registry/changes/change-hub.ts";
import { RegistryError, type RegistryErrorKind } from "../../src/registry/errors.ts";

const second = 1_000;
const minute = 60 * second;
const anything = { listed: true };
const version = (prompt: string, number: number): Change => ({
  prompt,
  version: number,
  listed: false,
});

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A watch that looks every two seconds, over workspaces in which happens what a test says. */
function watching({ intervalMs = 2 * second } = {}) {
  const looks: { readonly view: View; readonly at: number }[] = [];
  const told: (readonly [workspace: string | undefined, change: Change])[] = [];
  const happening: Change[] = [];
  const listenedTo = new Set<string | undefined>();
  const errors: object[] = [];
  const begin = performance.now();
  const world = {
    failure: undefined as Error | undefined,
    announce: async (workspace: string | undefined, change: Change) => {
      told.push([workspace, change]);
    },
  };
  const watch = new Poller({
    lookout: (view) => ({
      async detect() {
        looks.push({ view, at: performance.now() - begin });
        if (world.failure) throw world.failure;
        return happening.splice(0);
      },
    }),
    announce: (workspace, change) => world.announce(workspace, change),
    isWatched: (workspace) => listenedTo.has(workspace),
    intervalMs,
    log: { info() {}, error: (_, details = {}) => errors.push(details) },
  });
  onTestFinished(() => watch.close());
  /** How many looks there were meanwhile. */
  const pass = async (ms: number) => {
    const before = looks.length;
    await vi.advanceTimersByTimeAsync(ms);
    return looks.length - before;
  };
  return { watch, world, looks, told, happening, listenedTo, errors, pass };
}

const refusal = (kind: RegistryErrorKind) => new RegistryError(kind, "No.");

describe("a workspace in use", () => {
  it("is looked at on every beat, however many calls there are", async () => {
    const { watch, looks, pass } = watching();

    for (let n = 0; n < 100; n++) watch.used({});
    await pass(second);
    for (let n = 0; n < 100; n++) watch.used({ workspace: "default" });
    await pass(2 * second);
    await pass(2 * second);

    expect(looks.map(({ at }) => at)).toEqual([1_000, 3_000, 5_000]);
  });

  it("is no longer looked at a minute after its last call", async () => {
    const { watch, pass } = watching();

    watch.used({});
    expect(await pass(minute + second)).toBe(31);
    expect(await pass(10 * minute)).toBe(0);
    watch.used({});
    expect(await pass(second)).toBe(1);
  });

  it("is looked at seldom while somebody listens without a call", async () => {
    const { watch, listenedTo, pass } = watching();
    listenedTo.add("red");
    watch.used({ workspace: "red" });
    await pass(minute + second);

    expect(await pass(10 * minute)).toBe(20);
    watch.used({ workspace: "red" });
    expect(await pass(10 * second)).toBe(5);
    listenedTo.clear();
    await pass(2 * minute);
    expect(await pass(10 * minute)).toBe(0);
  });

  it("tells what was found, of this workspace", async () => {
    const { watch, happening, told, pass } = watching();
    watch.used({ workspace: "red" });
    await pass(second);
    happening.push(version("a", 2), anything);

    await pass(2 * second);

    expect(told).toEqual([
      ["red", version("a", 2)],
      ["red", anything],
    ]);
  });

  it("is never looked at with an interval of 0, nor after the end", async () => {
    const off = watching({ intervalMs: 0 });
    off.watch.used({});
    const ended = watching();
    ended.watch.used({});
    ended.watch.close();
    ended.watch.used({});

    expect(await off.pass(minute)).toBe(0);
    expect(ended.looks).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("gives way to a thousand others", async () => {
    const { watch, looks, pass } = watching();
    watch.used({ workspace: "w0" });
    watch.used({ workspace: "w1" });
    await pass(second);
    watch.used({ workspace: "w0" });
    for (let n = 2; n <= 1_000; n++) watch.used({ workspace: `w${n}` });

    await pass(2 * second);

    const last = new Set(looks.slice(2).map(({ view }) => view.workspace));
    expect(last.size).toBe(1_000);
    expect(last).not.toContain("w1");
  });
});

describe("a look that fails", () => {
  it("is made less and less often while the registry does not answer", async () => {
    const { watch, world, looks, pass } = watching();
    world.failure = refusal("unavailable");
    const calls = setInterval(() => watch.used({}), second);
    await pass(5 * minute);

    const pauses = looks.slice(1).map(({ at }, index) => at - (looks[index]?.at ?? 0));
    expect(pauses.slice(0, 5)).toEqual([4, 8, 16, 30, 30].map((one) => one * second));
    world.failure = undefined;
    await pass(30 * second);
    expect(await pass(10 * second)).toBe(5);
    clearInterval(calls);
  });

  it.each(["unauthenticated", "forbidden"] as const)(
    "as %s is the last until the next call",
    async (kind) => {
      const { watch, world, looks, told, pass } = watching();
      const old: View = { credential: { kind: "bearer", token: "old" } };
      watch.used(old);
      await pass(second);
      world.failure = refusal(kind);
      await pass(2 * second);
      expect(await pass(30 * second)).toBe(0);

      world.failure = undefined;
      const renewed: View = { credential: { kind: "bearer", token: "renewed" } };
      watch.used(renewed);
      await pass(10 * second);

      expect(looks.slice(2).map(({ view }) => view)).toContain(renewed);
      expect(looks.slice(2).map(({ view }) => view)).not.toContain(old);
      // What happened meanwhile nobody has seen.
      expect(told).toEqual([[undefined, anything]]);
    },
  );

  it("goes on with the newest credential when the one it began with is refused", async () => {
    const { watch, world, looks, pass } = watching();
    watch.used({ credential: { kind: "bearer", token: "old" } });
    await pass(second);
    watch.used({ credential: { kind: "bearer", token: "new" } });
    await pass(2 * second);
    world.failure = refusal("unauthenticated");
    await pass(2 * second);
    world.failure = undefined;
    await pass(30 * second);

    const tokens = looks.map(({ view }) => JSON.stringify(view.credential).includes("old"));
    expect(tokens.slice(0, 3)).toEqual([true, true, true]);
    expect(tokens.slice(3)).not.toContain(true);
    expect(tokens.length).toBeGreaterThan(10);
  });

  it("for a reason nobody thought of is logged, and so is an announcement", async () => {
    const { watch, world, happening, errors, pass } = watching();
    world.failure = new TypeError("a fault");
    watch.used({});
    await pass(second);
    world.failure = undefined;
    world.announce = async () => {
      throw new TypeError("another");
    };
    happening.push(anything);
    await pass(10 * second);

    expect(errors).toEqual([{ error: "TypeError: a fault" }, { error: "TypeError: another" }]);
    watch.used({});
    expect(await pass(20 * second)).toBeGreaterThan(3);
  });
});

describe("while webhooks arrive", () => {
  async function withWebhooks() {
    const world = watching();
    world.watch.used({});
    await world.pass(second);
    world.watch.delivered(undefined, version("a", 1));
    await world.pass(30 * second);
    const calls = setInterval(() => world.watch.used({}), second);
    onTestFinished(() => clearInterval(calls));
    return world;
  }

  it("it is looked seldom, also when a look finds what they told", async () => {
    const { watch, happening, told, pass } = await withWebhooks();
    expect(await pass(5 * minute)).toBe(10);

    watch.delivered("default", version("a", 2));
    happening.push(version("a", 2), { prompt: "a", listed: false }, anything);
    await pass(30 * second);

    expect(told).toHaveLength(3);
    expect(await pass(5 * minute)).toBe(10);
  });

  it("a delivery may come a little later than the look", async () => {
    const { watch, happening, told, pass } = await withWebhooks();
    happening.push(version("a", 2));
    while (told.length === 0) await pass(100);
    watch.delivered(undefined, version("a", 2));

    expect(await pass(5 * minute)).toBe(10);
  });

  it("it is looked often again when they did not tell of a version, until the next", async () => {
    const { watch, happening, told, pass } = await withWebhooks();
    happening.push(version("a", 2));
    while (told.length === 0) await pass(100);
    await pass(5 * second);

    expect(await pass(20 * second)).toBe(10);
    watch.delivered(undefined, version("a", 3));
    await pass(2 * second);
    expect(await pass(5 * minute)).toBe(10);
  });
});
