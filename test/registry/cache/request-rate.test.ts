import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PromptCache } from "../../../src/registry/cache/prompt-cache.ts";
import type { PromptRegistry } from "../../../src/registry/prompt-registry.ts";
import { after, PlainRegistry } from "./plain-registry.ts";

const seconds = 20;
const latest = { firstOf: ["production", "latest"] };

/** A cache in front of a registry that takes `latencyMs` for a version, and has one prompt. */
function scene({ ttlMs = 5_000, latencyMs = 10 } = {}) {
  const plain = new PlainRegistry();
  plain.become((state, time) => after(state, { kind: "register", name: "a" }, time));
  const cache = new PromptCache({
    ...{ ttlMs, maxStaleMs: 0, maxBytes: 10_000_000 },
    now: () => plain.now,
    onChange: () => {},
  });
  const sentAt: number[] = [];
  const slow = (caller: string): PromptRegistry => ({
    ...plain.view(caller),
    async getVersion(...request) {
      sentAt.push(plain.now);
      await new Promise((resolve) => setTimeout(resolve, latencyMs));
      return plain.view(caller).getVersion(...request);
    },
  });
  const view = (caller: string) =>
    cache.view(slow(caller), { workspace: undefined, caller, hasCredential: false });
  async function pass(ms: number): Promise<void> {
    plain.pass(ms);
    await vi.advanceTimersByTimeAsync(ms);
  }
  return { plain, view, pass, sentAt };
}

type Scene = ReturnType<typeof scene>;

/** Callers take turns, and each get is sent at its time, whether or not earlier ones are answered. */
async function getFor({ view, pass }: Scene, perSecond: number, callers = 1): Promise<number> {
  const registries = Array.from({ length: callers }, (_, index) => view(`caller ${index}`));
  const gets: Promise<unknown>[] = [];
  for (let index = 0; index < seconds * perSecond; index++) {
    gets.push(registries[index % callers]?.getVersion("a", latest) ?? Promise.reject());
    await pass(1_000 / perSecond);
  }
  await pass(60_000);
  return (await Promise.all(gets)).length;
}

beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => vi.useRealTimers());

describe("requests of the cache", () => {
  it.each([
    { perSecond: 0.2, callers: 1, most: 4 },
    { perSecond: 1, callers: 1, most: 10 },
    { perSecond: 10, callers: 1, most: 27 },
    { perSecond: 100, callers: 1, most: 27 },
    { perSecond: 1, callers: 50, most: 20 },
    { perSecond: 10, callers: 50, most: 200 },
    { perSecond: 100, callers: 50, most: 1_000 },
  ])(
    "are at most $most in 20 seconds, for $perSecond gets a second of $callers callers",
    async ({ perSecond, callers, most }) => {
      const world = scene();
      const gets = await getFor(world, perSecond, callers);

      expect(world.sentAt.length).toBeLessThanOrEqual(most);
      expect(gets).toBe(seconds * perSecond);
      expect(world.sentAt.length).toBeLessThanOrEqual(gets);
    },
  );

  it("are no more where each call reads the same version twice", async () => {
    const { view, pass, sentAt } = scene();
    for (let second = 0; second < seconds; second++) {
      for (let reads = 0; reads < 2; reads++) {
        const reading = view("ann").getVersion("a", latest);
        await pass(10);
        await reading;
      }
      await pass(980);
    }

    expect(sentAt.length).toBeGreaterThan(1);
    expect(sentAt.length).toBeLessThanOrEqual(11);
  });

  it.each([1.5, 3, 10])(
    "are sent one after the other where an answer takes %f times the time to live",
    async (times) => {
      const latencyMs = 1_000 * times;
      const world = scene({ ttlMs: 1_000, latencyMs });

      const gets = await getFor(world, 10);

      const pauses = world.sentAt.slice(1).map((at, index) => at - (world.sentAt[index] ?? 0));
      expect(pauses.filter((pause) => pause < latencyMs)).toEqual([]);
      expect(pauses).not.toEqual([]);
      expect(gets).toBe(200);
    },
  );
});
