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

/** A poller with an interval of two seconds, over workspaces that change as a test says. */
function startPoller({ intervalMs = 2 * second } = {}) {
  const polls: { readonly view: View; readonly at: number }[] = [];
  const announced: (readonly string[])[] = [];
  const published: (readonly [workspace: string | undefined, change: Change])[] = [];
  const happening: Change[] = [];
  const subscribed = new Set<string | undefined>();
  const errors: object[] = [];
  const begin = performance.now();
  const world = {
    failure: undefined as Error | undefined,
    publish: async (workspace: string | undefined, change: Change) => {
      published.push([workspace, change]);
    },
  };
  const poller = new Poller({
    createDetector: (view) => ({
      async detect(options) {
        polls.push({ view, at: performance.now() - begin });
        announced.push([...(options?.announced ?? [])]);
        if (world.failure) throw world.failure;
        return happening.splice(0);
      },
    }),
    publish: (workspace, change) => world.publish(workspace, change),
    hasSubscribers: (workspace) => subscribed.has(workspace),
    intervalMs,
    log: { info() {}, error: (_, details = {}) => errors.push(details) },
  });
  onTestFinished(() => poller.close());
  /** How many polls there were meanwhile. */
  const pass = async (ms: number) => {
    const before = polls.length;
    await vi.advanceTimersByTimeAsync(ms);
    return polls.length - before;
  };
  return { poller, world, polls, announced, published, happening, subscribed, errors, pass };
}

const refusal = (kind: RegistryErrorKind) => new RegistryError(kind, "No.");

describe("a workspace in use", () => {
  it("is polled once per interval, however many calls there are", async () => {
    const { poller, polls, pass } = startPoller();

    for (let n = 0; n < 100; n++) poller.noteCall({});
    await pass(second);
    for (let n = 0; n < 100; n++) poller.noteCall({ workspace: "default" });
    await pass(2 * second);
    await pass(2 * second);

    expect(polls.map(({ at }) => at)).toEqual([1_000, 3_000, 5_000]);
  });

  it("is no longer polled a minute after its last call", async () => {
    const { poller, pass } = startPoller();

    poller.noteCall({});
    expect(await pass(minute + second)).toBe(31);
    expect(await pass(10 * minute)).toBe(0);
    poller.noteCall({});
    expect(await pass(second)).toBe(1);
  });

  it("is polled less often while somebody subscribes to it and nobody calls", async () => {
    const { poller, subscribed, pass } = startPoller();
    subscribed.add("red");
    poller.noteCall({ workspace: "red" });
    await pass(minute + second);

    expect(await pass(10 * minute)).toBe(20);
    poller.noteCall({ workspace: "red" });
    expect(await pass(10 * second)).toBe(5);
    subscribed.clear();
    await pass(2 * minute);
    expect(await pass(10 * minute)).toBe(0);
  });

  it("publishes what was detected, for this workspace", async () => {
    const { poller, happening, published, pass } = startPoller();
    poller.noteCall({ workspace: "red" });
    await pass(second);
    happening.push(version("a", 2), anything);

    await pass(2 * second);

    expect(published).toEqual([
      ["red", version("a", 2)],
      ["red", anything],
    ]);
  });

  it("is never polled with an interval of 0, nor after the end", async () => {
    const off = startPoller({ intervalMs: 0 });
    off.poller.noteCall({});
    const ended = startPoller();
    ended.poller.noteCall({});
    ended.poller.close();
    ended.poller.noteCall({});

    expect(await off.pass(minute)).toBe(0);
    expect(ended.polls).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is dropped for the thousand that were used later", async () => {
    const { poller, polls, pass } = startPoller();
    poller.noteCall({ workspace: "w0" });
    poller.noteCall({ workspace: "w1" });
    await pass(second);
    poller.noteCall({ workspace: "w0" });
    for (let n = 2; n <= 1_000; n++) poller.noteCall({ workspace: `w${n}` });

    await pass(2 * second);

    const last = new Set(polls.slice(2).map(({ view }) => view.workspace));
    expect(last.size).toBe(1_000);
    expect(last).not.toContain("w1");
  });
});

describe("a poll", () => {
  it("is told once of the prompts that were announced as created or deleted since the last one", async () => {
    const { poller, announced, pass } = startPoller();
    poller.noteCall({ workspace: "red" });
    poller.notePublished("red", { prompt: "a", listed: true });
    poller.notePublished("red", { prompt: "b", version: 2, listed: false });
    poller.notePublished("red", anything);
    poller.notePublished("blue", { prompt: "c", listed: true });
    await pass(second);
    poller.notePublished("red", { prompt: "d", listed: true });
    await pass(4 * second);

    expect(announced).toEqual([["a"], ["d"], []]);
  });

  it("that fails leaves them to the next one", async () => {
    const { poller, world, announced, pass } = startPoller();
    poller.noteCall({});
    poller.notePublished("default", { prompt: "a", listed: true });
    world.failure = refusal("unavailable");
    await pass(second);
    world.failure = undefined;
    await pass(4 * second);

    expect(announced).toEqual([["a"], ["a"]]);
  });

  it("is told of a bounded number of them", async () => {
    const { poller, announced, pass } = startPoller();
    poller.noteCall({});
    for (let n = 0; n < 10_000; n++)
      poller.notePublished(undefined, { prompt: `p${n}`, listed: true });
    await pass(second);

    expect(announced.map(({ length }) => length)).toEqual([100]);
  });
});

describe("a poll that fails", () => {
  it("is made less and less often while the registry does not respond", async () => {
    const { poller, world, polls, pass } = startPoller();
    world.failure = refusal("unavailable");
    const calls = setInterval(() => poller.noteCall({}), second);
    await pass(5 * minute);

    const pauses = polls.slice(1).map(({ at }, index) => at - (polls[index]?.at ?? 0));
    expect(pauses.slice(0, 5)).toEqual([4, 8, 16, 30, 30].map((one) => one * second));
    world.failure = undefined;
    await pass(30 * second);
    expect(await pass(10 * second)).toBe(5);
    clearInterval(calls);
  });

  it.each(["unauthenticated", "forbidden"] as const)(
    "as %s is the last until the next call",
    async (kind) => {
      const { poller, world, polls, published, pass } = startPoller();
      const old: View = { credential: { kind: "bearer", token: "old" } };
      poller.noteCall(old);
      await pass(second);
      world.failure = refusal(kind);
      await pass(2 * second);
      expect(await pass(30 * second)).toBe(0);

      world.failure = undefined;
      const renewed: View = { credential: { kind: "bearer", token: "renewed" } };
      poller.noteCall(renewed);
      await pass(10 * second);

      expect(polls.slice(2).map(({ view }) => view)).toContain(renewed);
      expect(polls.slice(2).map(({ view }) => view)).not.toContain(old);
      // Changes made meanwhile were missed.
      expect(published).toEqual([[undefined, anything]]);
    },
  );

  it("goes on with the newest credential when the one it began with is refused", async () => {
    const { poller, world, polls, pass } = startPoller();
    poller.noteCall({ credential: { kind: "bearer", token: "old" } });
    await pass(second);
    poller.noteCall({ credential: { kind: "bearer", token: "new" } });
    await pass(2 * second);
    world.failure = refusal("unauthenticated");
    await pass(2 * second);
    world.failure = undefined;
    await pass(30 * second);

    const tokens = polls.map(({ view }) => JSON.stringify(view.credential).includes("old"));
    expect(tokens.slice(0, 3)).toEqual([true, true, true]);
    expect(tokens.slice(3)).not.toContain(true);
    expect(tokens.length).toBeGreaterThan(10);
  });

  it("with an unexpected error is logged, and so is a publication", async () => {
    const { poller, world, happening, errors, pass } = startPoller();
    world.failure = new TypeError("a fault");
    poller.noteCall({});
    await pass(second);
    world.failure = undefined;
    world.publish = async () => {
      throw new TypeError("another");
    };
    happening.push(anything);
    await pass(10 * second);

    expect(errors).toEqual([{ error: "TypeError: a fault" }, { error: "TypeError: another" }]);
    poller.noteCall({});
    expect(await pass(20 * second)).toBeGreaterThan(3);
  });
});

describe("while webhooks arrive", () => {
  async function withWebhooks() {
    const world = startPoller();
    world.poller.noteCall({});
    await world.pass(second);
    world.poller.noteDelivery(undefined, version("a", 1));
    await world.pass(30 * second);
    const calls = setInterval(() => world.poller.noteCall({}), second);
    onTestFinished(() => clearInterval(calls));
    return world;
  }

  it("polls are less frequent, also when one detects what webhooks delivered", async () => {
    const { poller, happening, published, pass } = await withWebhooks();
    expect(await pass(5 * minute)).toBe(10);

    poller.noteDelivery("default", version("a", 2));
    happening.push(version("a", 2), { prompt: "a", listed: false }, anything);
    await pass(30 * second);

    expect(published).toHaveLength(3);
    expect(await pass(5 * minute)).toBe(10);
  });

  it("a delivery may come a little later than the poll", async () => {
    const { poller, happening, published, pass } = await withWebhooks();
    happening.push(version("a", 2));
    while (published.length === 0) await pass(100);
    poller.noteDelivery(undefined, version("a", 2));

    expect(await pass(5 * minute)).toBe(10);
  });

  it("polls are frequent again when a version was not delivered, until the next delivery", async () => {
    const { poller, happening, published, pass } = await withWebhooks();
    happening.push(version("a", 2));
    while (published.length === 0) await pass(100);
    await pass(5 * second);

    expect(await pass(20 * second)).toBe(10);
    poller.noteDelivery(undefined, version("a", 3));
    await pass(2 * second);
    expect(await pass(5 * minute)).toBe(10);
  });
});
