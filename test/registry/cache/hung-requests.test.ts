import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PromptCache } from "../../../src/registry/cache/prompt-cache.ts";
import { RegistryError } from "../../../src/registry/errors.ts";
import type { CallOptions, PromptRegistry } from "../../../src/registry/prompt-registry.ts";
import type { Prompt } from "../../../src/registry/types.ts";
import { PlainRegistry } from "./plain-registry.ts";

beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => vi.useRealTimers());

/** One request for the prompt "a". The test decides when it gets its response. */
interface Sent {
  readonly signal: AbortSignal | undefined;
  readonly answer: (prompt: Prompt) => void;
  readonly fail: (error: Error) => void;
}

/** A registry that holds back its responses for "a" and for nothing else. */
async function scene() {
  const plain = new PlainRegistry();
  await plain.view("ann").registerVersion("a", draft);
  await plain.view("ann").registerVersion("b", draft);
  const sent: Sent[] = [];
  const registry: PromptRegistry = {
    ...plain.view("ann"),
    getPrompt: (name, { signal }: CallOptions = {}) =>
      name === "a"
        ? new Promise((answer, fail) => sent.push({ signal, answer, fail }))
        : plain.view("ann").getPrompt(name),
  };
  const cache = new PromptCache({
    ...{ ttlMs: 5_000, maxStaleMs: 0, maxBytes: 1_000_000 },
    now: () => plain.now,
    onChange: () => {},
  });
  const view = cache.view(registry, { workspace: undefined, caller: "ann", hasCredential: false });
  const pass = async (ms: number) => {
    plain.pass(ms);
    await vi.advanceTimersByTimeAsync(ms);
  };
  const named = async (description: string) => ({
    ...(await plain.view("ann").getPrompt("a")),
    description,
  });
  /** Sends another request, which gets its response. */
  const other = () => view.getPrompt("b", { notBefore: plain.now });
  return { plain, cache, view, sent, pass, named, other };
}

const draft = { template: { kind: "text", text: "Hello" } } as const;

describe("a request that hangs", () => {
  it("keeps its callers while no later request gets a response", async () => {
    const { view, sent, pass, named } = await scene();
    const first = view.getPrompt("a");
    await pass(4_000);
    const second = view.getPrompt("a");
    sent[0]?.answer(await named("late"));

    await expect(first).resolves.toMatchObject({ description: "late" });
    await expect(second).resolves.toMatchObject({ description: "late" });
    expect(sent).toHaveLength(1);
  });

  it("is not joined after a later request got a response", async () => {
    const { view, sent, pass, named, other } = await scene();
    void view.getPrompt("a");
    await pass(1_100);
    await other();

    const next = view.getPrompt("a");
    sent[1]?.answer(await named("new"));

    await expect(next).resolves.toMatchObject({ description: "new" });
  });

  it("is left by its callers, who share one new request", async () => {
    const { view, sent, pass, named, other } = await scene();
    const waiting = [view.getPrompt("a"), view.getPrompt("a")];
    await pass(500);
    waiting.push(view.getPrompt("a"));
    await other();
    expect(sent).toHaveLength(1);

    await pass(600);
    expect(sent).toHaveLength(2);
    sent[1]?.answer(await named("new"));

    for (const one of waiting) await expect(one).resolves.toMatchObject({ description: "new" });
    expect(sent.map(({ signal }) => signal?.aborted)).toEqual([true, false]);
  });

  it("is superseded as soon as the change detector gets a response", async () => {
    const { cache, view, sent, pass } = await scene();
    const detector = cache.observeResponses({ detect: async () => [] });
    void view.getPrompt("a");
    await pass(3_000);
    expect(sent).toHaveLength(1);

    await detector.detect();
    await pass(0);

    expect(sent).toHaveLength(2);
  });

  it("still provides its result, but its failure no longer counts", async () => {
    const { view, sent, pass, named, other } = await scene();
    const one = view.getPrompt("a");
    await pass(1_100);
    await other();
    await pass(0);
    sent[0]?.answer(await named("slow"));
    await expect(one).resolves.toMatchObject({ description: "slow" });

    const another = view.getPrompt("a", { notBefore: Number.POSITIVE_INFINITY });
    await pass(1_100);
    await other();
    await pass(0);
    sent.at(-2)?.fail(new RegistryError("unavailable", "It hung."));
    await pass(0);
    sent.at(-1)?.answer(await named("new"));
    await expect(another).resolves.toMatchObject({ description: "new" });
  });

  it("is sent again at increasing intervals", async () => {
    const { view, sent, pass, other } = await scene();
    void view.getPrompt("a");
    const begun: number[] = [];
    for (let second = 1; second <= 16; second++) {
      await pass(1_001);
      await other();
      await pass(0);
      if (sent.length > begun.length + 1) begun.push(second);
    }

    expect(begun).toEqual([1, 3, 7, 15]);
  });

  it("is not sent again when all callers have left", async () => {
    const { view, sent, pass, other } = await scene();
    const caller = new AbortController();
    const left = view.getPrompt("a", { signal: caller.signal });
    caller.abort();
    await expect(left).rejects.toMatchObject({ kind: "cancelled" });
    await pass(1_100);
    await other();
    await pass(0);

    expect(sent.map(({ signal }) => signal?.aborted)).toEqual([true]);
  });
});
