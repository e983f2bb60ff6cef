import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, it, vi } from "vitest";
import * as z from "zod";
import { PromptCache } from "../../../src/registry/cache/prompt-cache.ts";
import { RegistryError } from "../../../src/registry/errors.ts";
import type { CallOptions, PromptRegistry } from "../../../src/registry/prompt-registry.ts";
import type { VersionSelector } from "../../../src/registry/types.ts";
import { runs } from "../../support/runs.ts";
import { Answering, after, type Mutation, PlainRegistry, type State } from "./plain-registry.ts";

const ttlMs = 1_000;
const maxStaleMs = 10_000;

/** A read that is sent both to a registry and to a state of the plain registry. */
interface Read {
  readonly ask: (registry: PromptRegistry, options: CallOptions) => Promise<unknown>;
  readonly right: (answering: Answering) => unknown;
  /** Absent: the result depends on every prompt. */
  readonly prompt?: string;
  /** Each part of the result may be current at a different time. */
  readonly splitRequest?: true;
}

/** Enough prompts for a batch refresh. */
const names = ["a", "b", "c", "d", "e"];

// Most operations use the same prompt and caller, because faults occur where operations interact.
const name = fc.constantFrom("a", "a", "a", "a", "a", ...names);
const caller = fc.constantFrom("ann", "ann", "ann", "bob");
const version = fc.integer({ min: 1, max: 3 });

const selector = fc.oneof(
  fc.constant("latest" as const),
  fc.constant({ alias: "production" }),
  fc.constant({ firstOf: ["production", "latest"] }),
  version.map((number) => ({ version: number })),
);

function versionRead(prompt: string, selector: VersionSelector): Read {
  return {
    prompt,
    ask: (registry, options) => registry.getVersion(prompt, selector, options),
    right: (it) => it.version(prompt, selector),
  };
}

const read = fc.oneof(
  fc.constant<Read>({
    ask: (registry, options) => registry.searchPrompts({ limit: 10 }, options),
    right: (it) => it.found(),
  }),
  version.map<Read>((number) => ({
    // As lists do: first the prompts, then their older versions.
    ask: async (registry, options) => {
      const { items } = await registry.searchPrompts({ limit: 10 }, options);
      const wanted = items.map((prompt) => ({ name: prompt.name, version: number, prompt }));
      const versions = await registry.getVersions(wanted, options);
      return versions.map(({ aliases: _, ...version }) => version);
    },
    right: (it) => {
      const wanted = it.found().items.map((prompt) => ({ name: prompt.name, version: number }));
      return it.many(wanted).map(({ aliases: _, ...version }) => version);
    },
    splitRequest: true,
  })),
  name.map<Read>((prompt) => ({
    prompt,
    ask: (registry, options) => registry.getPrompt(prompt, options),
    right: (it) => it.prompt(prompt),
  })),
  name.map<Read>((prompt) => ({
    prompt,
    ask: (registry, options) => registry.listVersions(prompt, { limit: 10 }, options),
    right: (it) => it.versions(prompt),
  })),
  fc.tuple(name, selector).map(([prompt, selector]) => versionRead(prompt, selector)),
);

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  { weight: 3, arbitrary: name.map((prompt) => ({ kind: "register" as const, name: prompt })) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(name, version)
      .map(([prompt, number]) => ({ kind: "setAlias" as const, name: prompt, version: number })),
  },
  name.map((prompt) => ({ kind: "deletePrompt" as const, name: prompt })),
  fc
    .tuple(name, version)
    .map(([prompt, number]) => ({ kind: "deleteVersion" as const, name: prompt, version: number })),
  name.map((prompt) => ({ kind: "deleteAlias" as const, name: prompt })),
  name.map((prompt) => ({ kind: "note" as const, name: prompt })),
);

/** When the registry reads while results are pending; undefined where they need not wait. */
const looks = fc.constantFrom("early" as const, "late" as const, undefined);

type Step = (world: World) => Promise<void> | void;

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 24,
    arbitrary: fc.tuple(read, caller, fc.integer({ min: 0, max: 9 })).map<Step>(
      ([what, who, luck]) =>
        (world) =>
          world.read(what, who, luck === 0),
    ),
  },
  {
    weight: 6,
    arbitrary: fc
      .tuple(selector, caller, fc.integer({ min: 150, max: 750 }), looks)
      .map<Step>(([selector, who, ms, looks]) => async (world) => {
        for (let hits = 0; hits < 2; hits++) await world.readAll(selector, who);
        world.plain.pass(ms);
        if (looks) world.plain.hold(looks, "together");
        await world.readAll(selector, who);
      }),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(mutation, caller).map<Step>(
      ([what, who]) =>
        (world) =>
          world.write(what, who),
    ),
  },
  {
    weight: 8,
    arbitrary: fc.tuple(mutation, fc.boolean()).map<Step>(
      ([what, told]) =>
        (world) =>
          world.changeElsewhere(what, told),
    ),
  },
  { weight: 8, arbitrary: waiting(1, 1_500) },
  { weight: 1, arbitrary: waiting(1_000, 12_000) },
  {
    weight: 4,
    arbitrary: looks.map<Step>((looks) => (world) => world.plain.hold(looks ?? "late")),
  },
  { weight: 6, arbitrary: fc.constant<Step>((world) => world.release()) },
  { weight: 1, arbitrary: fc.constant<Step>((world) => world.become({ down: true })) },
  { weight: 2, arbitrary: fc.constant<Step>((world) => world.become({ down: false })) },
  { weight: 1, arbitrary: fc.constant<Step>((world) => world.become({ refused: ["ann"] })) },
  { weight: 2, arbitrary: fc.constant<Step>((world) => world.become({ refused: [] })) },
  { weight: 1, arbitrary: fc.constant<Step>((world) => world.forgetAll()) },
);

function waiting(min: number, max: number): fc.Arbitrary<Step> {
  return fc.integer({ min, max }).map<Step>((ms) => (world) => world.pass(ms));
}

type Outcome = { readonly value: unknown } | { readonly error: string };

/** A cache in front of a plain registry, and the results that are permitted. */
class World {
  readonly plain = new PlainRegistry();
  readonly cache = new PromptCache({
    ...{ ttlMs, maxStaleMs, maxBytes: 1_000_000 },
    now: () => this.plain.now,
    onChange: () => {},
  });
  /** The first state of the timeline that a result may still show, by prompt. */
  readonly #told = new Map<string, number>();
  #reading: Promise<void>[] = [];

  constructor() {
    const begin: Mutation[] = names.flatMap((name) => [
      { kind: "register", name },
      { kind: "register", name },
      { kind: "setAlias", name, version: 1 },
    ]);
    for (const one of begin) this.plain.become((state, time) => after(state, one, time));
  }

  become(next: Partial<State>): void {
    this.plain.become((state) => ({ ...state, ...next }));
  }

  forgetAll(): void {
    this.cache.invalidateAll();
    for (const prompt of names) this.#tell(prompt);
  }

  view(who: string): PromptRegistry {
    return this.cache.view(this.plain.view(who), {
      workspace: undefined,
      caller: who,
      hasCredential: who === "bob",
    });
  }

  /** Reads, and checks the result when it arrives. Other steps may run before. */
  async read(what: Read, who: string, fresh: boolean): Promise<void> {
    const begun = this.plain.now;
    // A caller joins a request that waits for the registry, however long it has waited.
    const oldestRequest = this.plain.heldSince ?? begun;
    const first = fresh ? this.plain.timeline.length - 1 : this.#firstTold(what.prompt);
    const old: number[] = [];
    const since = fresh ? begun : undefined;
    const options = { notBefore: since, onStaleResult: (ageMs: number) => old.push(ageMs) };
    const reading = outcomeOf(what.ask(this.view(who), options)).then((outcome) => {
      const age = old.length > 0 ? maxStaleMs : ttlMs;
      this.#check(what, who, outcome, Math.min(begun - age, oldestRequest), first);
      if (old.length > 0 && Math.max(...old) > maxStaleMs) throw new Error("It is too old.");
    });
    this.#reading.push(reading);
    await settledOrHeld(reading);
  }

  pass(ms: number): void {
    this.plain.pass(ms);
    vi.advanceTimersByTime(ms);
  }

  /** Entries whose refresh is due are refreshed in a batch. */
  async readAll(selector: VersionSelector, who: string): Promise<void> {
    const reads = names.map((name) => versionRead(name, selector));
    await Promise.all(reads.map((read) => this.read(read, who, false)));
  }

  async write(what: Mutation, who: string): Promise<void> {
    const registry = this.view(who);
    const writing = {
      register: () => registry.registerVersion(what.name, draft),
      setAlias: () => registry.setAlias(what.name, "production", versionOf(what)),
      deleteAlias: () => registry.deleteAlias(what.name, "production"),
      deletePrompt: () => registry.deletePrompt(what.name),
      deleteVersion: () => registry.deleteVersion(what.name, versionOf(what)),
      note: () => registry.tagPrompt(what.name, { note: "x" }),
    }[what.kind];
    const outcome = await outcomeOf(writing());
    // A write that is refused here changes nothing and publishes nothing.
    if ("value" in outcome) this.#tell(what.name);
  }

  changeElsewhere(what: Mutation, told: boolean): void {
    this.plain.become((state, time) => after(state, what, time));
    if (!told) return;
    this.cache.invalidate(undefined, { prompt: what.name, listed: false });
    this.#tell(what.name);
  }

  async release(): Promise<void> {
    this.plain.release();
    await Promise.all(this.#reading);
    this.#reading = [];
  }

  #tell(prompt: string): void {
    this.#told.set(prompt, this.plain.timeline.length - 1);
  }

  #firstTold(prompt: string | undefined): number {
    const told = prompt === undefined ? [...this.#told.values()] : [this.#told.get(prompt) ?? 0];
    return Math.max(0, ...told);
  }

  /** Checks that the outcome was right in a state since that time. */
  #check(what: Read, who: string, outcome: Outcome, since: number, first: number): void {
    const { timeline } = this.plain;
    const allowed = timeline.filter((_, index) => {
      const end = timeline[index + 1]?.time ?? Number.POSITIVE_INFINITY;
      return index >= first && end > since;
    });
    const right = allowed.map(({ state }) => rightIn(state, who, what));
    const isRight = what.splitRequest
      ? hasRightParts(outcome, right)
      : right.some((one) => isDeepStrictEqual(one, outcome));
    if (isRight) return;
    throw new Error(
      `At ${this.plain.now} ${who} received ${JSON.stringify(outcome)}, which was right at no time since ${since}: ${JSON.stringify(allowed)}`,
    );
  }
}

const draft = { template: { kind: "text" as const, text: "x" } };

function versionOf(what: Mutation): number {
  return "version" in what ? what.version : 0;
}

/** One version of each prompt, each as it was at some time. A missing version did not exist then. */
function hasRightParts(outcome: Outcome, right: readonly Outcome[]): boolean {
  if ("error" in outcome) return right.some((one) => isDeepStrictEqual(one, outcome));
  const given = new Map(partsOf(outcome).map((version) => [version.name, version]));
  return names.every((prompt) =>
    right.some((one) => {
      const there = partsOf(one).find((version) => version.name === prompt);
      return "value" in one && isDeepStrictEqual(there, given.get(prompt));
    }),
  );
}

const parts = z.array(z.looseObject({ name: z.string() }));

function partsOf(outcome: Outcome): z.infer<typeof parts> {
  return "value" in outcome ? parts.parse(outcome.value) : [];
}

function rightIn(state: State, who: string, { right }: Read): Outcome {
  try {
    return { value: right(new Answering(state, who)) };
  } catch (error) {
    return { error: kindOf(error) };
  }
}

async function outcomeOf(promise: Promise<unknown>): Promise<Outcome> {
  try {
    return { value: await promise };
  } catch (error) {
    return { error: kindOf(error) };
  }
}

function kindOf(error: unknown): string {
  if (error instanceof RegistryError) return error.kind;
  throw error;
}

/** Runs everything that does not wait for the registry. */
async function settledOrHeld(promise: Promise<void>): Promise<void> {
  await Promise.race([promise, new Promise((resolve) => setImmediate(resolve))]);
}

describe("a cached registry", () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout"] }));
  afterEach(() => vi.useRealTimers());

  it("never returns a result that is older than permitted or belongs to another caller", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 120 }), async (steps) => {
        const world = new World();
        for (const one of steps) await one(world);
        await world.release();
      }),
      { numRuns: runs(1_000) },
    );
  });
});
