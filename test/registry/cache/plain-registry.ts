import {
  aliasNotFound,
  notServed,
  noVersions,
  promptNotFound,
  RegistryError,
  versionNotFound,
} from "../../../src/registry/errors.ts";
import type { PromptRegistry, VersionRequest } from "../../../src/registry/prompt-registry.ts";
import type { Prompt, PromptVersion, VersionSelector } from "../../../src/registry/types.ts";
import { findServedVersion } from "../../../src/registry/versions/served-version.ts";

interface StoredVersion {
  readonly text: string;
  readonly createdAt: number;
  readonly live: boolean;
}

interface StoredPrompt {
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly note: string;
  readonly versions: readonly StoredVersion[];
  readonly aliases: Readonly<Record<string, number>>;
}

/** All there is in a registry at one time, and who is let in. */
export interface State {
  readonly prompts: Readonly<Record<string, StoredPrompt>>;
  readonly refused: readonly string[];
  readonly down: boolean;
}

export const empty: State = { prompts: {}, refused: [], down: false };

/** What a caller reads in a state. Every result names its caller. */
export class Answering {
  readonly #state: State;
  readonly #caller: string;

  constructor(state: State, caller: string) {
    if (state.down) throw new RegistryError("unavailable", "It is down.");
    if (state.refused.includes(caller)) throw new RegistryError("unauthenticated", "Who is that?");
    this.#state = state;
    this.#caller = caller;
  }

  found(): { readonly items: readonly Prompt[] } {
    const names = Object.keys(this.#state.prompts).toSorted();
    return { items: names.map((name) => this.prompt(name)) };
  }

  prompt(name: string): Prompt {
    const { createdAt, updatedAt, note, aliases } = this.#stored(name);
    const newest = this.numbers(name)[0];
    return {
      ...{ name, createdAt, updatedAt, aliases },
      description: `for ${this.#caller}`,
      tags: { note },
      ...(newest === undefined ? {} : { latest: this.numbered(name, newest) }),
    };
  }

  version(name: string, selector: VersionSelector): PromptVersion {
    const prompt = this.prompt(name);
    if (selector === "latest") {
      if (prompt.latest === undefined) throw noVersions(name);
      return prompt.latest;
    }
    if ("version" in selector) return this.numbered(name, selector.version);
    if ("alias" in selector) {
      const number = prompt.aliases[selector.alias];
      if (number === undefined) throw aliasNotFound(name, selector.alias);
      return this.numbered(name, number);
    }
    const number = findServedVersion(prompt, selector.firstOf);
    if (number === undefined) throw notServed(name, selector.firstOf);
    return this.numbered(name, number);
  }

  many(wanted: readonly VersionRequest[]): PromptVersion[] {
    return wanted.flatMap(({ name, version }) =>
      this.#state.prompts[name]?.versions[version - 1]?.live ? [this.numbered(name, version)] : [],
    );
  }

  versions(name: string): { readonly items: readonly PromptVersion[] } {
    return { items: this.numbers(name).map((number) => this.numbered(name, number)) };
  }

  numbered(name: string, version: number): PromptVersion {
    const { versions, aliases } = this.#stored(name);
    const stored = versions[version - 1];
    if (!stored?.live) throw versionNotFound(name, version);
    const { text, createdAt } = stored;
    return {
      ...{ name, version, createdAt },
      template: { kind: "text", text },
      commitMessage: "",
      tags: {},
      aliases: Object.keys(aliases)
        .filter((alias) => aliases[alias] === version)
        .toSorted(),
      updatedAt: createdAt,
      userId: `for ${this.#caller}`,
    };
  }

  /** Live versions, newest first. */
  numbers(name: string): number[] {
    return this.#stored(name)
      .versions.flatMap(({ live }, index) => (live ? [index + 1] : []))
      .toReversed();
  }

  #stored(name: string): StoredPrompt {
    const stored = this.#state.prompts[name];
    if (stored === undefined) throw promptNotFound(name);
    return stored;
  }
}

/** What may be done to a registry, each at a time of its own. */
export type Mutation =
  | { readonly kind: "register" | "deletePrompt"; readonly name: string }
  | { readonly kind: "deleteVersion"; readonly name: string; readonly version: number }
  | { readonly kind: "setAlias"; readonly name: string; readonly version: number }
  | { readonly kind: "deleteAlias"; readonly name: string }
  | { readonly kind: "note"; readonly name: string };

/** The state after it; the same state if it cannot be done. */
export function after(state: State, mutation: Mutation, time: number): State {
  const { name } = mutation;
  const { [name]: prompt, ...others } = state.prompts;
  const changed = (next: StoredPrompt) => ({ ...state, prompts: { ...others, [name]: next } });
  if (mutation.kind === "register") {
    const before = prompt ?? { createdAt: time, note: "", versions: [], aliases: {} };
    const version = { text: `made at ${time}`, createdAt: time, live: true };
    return changed({ ...before, updatedAt: time, versions: [...before.versions, version] });
  }
  if (prompt === undefined) return state;
  switch (mutation.kind) {
    case "deletePrompt":
      return { ...state, prompts: others };
    case "note":
      return changed({ ...prompt, note: `recorded at ${time}` });
    case "deleteAlias":
      return changed({ ...prompt, aliases: {} });
    case "setAlias": {
      if (!prompt.versions[mutation.version - 1]?.live) return state;
      return changed({ ...prompt, aliases: { production: mutation.version } });
    }
    case "deleteVersion": {
      if (!prompt.versions[mutation.version - 1]?.live) return state;
      const versions = prompt.versions.map((version, index) =>
        index === mutation.version - 1 ? { ...version, live: false } : version,
      );
      const isBehind = prompt.aliases.production === mutation.version;
      const aliases = isBehind ? {} : prompt.aliases;
      return changed({ ...prompt, updatedAt: time, versions, aliases });
    }
  }
}

/** When a registry reads its state: when the request arrives, or when the response is released. */
export type Looks = "early" | "late";

/** Which answers wait: all, or those about many prompts alone. */
export type Held = "all" | "together";

/** A registry that keeps all it ever was, and answers when it is let. */
export class PlainRegistry {
  readonly timeline: { readonly time: number; readonly state: State }[] = [
    { time: 0, state: empty },
  ];
  /** Requests until now. */
  requestCount = 0;
  #time = 1;
  #held:
    | {
        readonly looks: Looks;
        readonly what: Held;
        readonly since: number;
        readonly waiting: (() => void)[];
      }
    | undefined;

  get now(): number {
    return this.#time;
  }

  get state(): State {
    return this.timeline.at(-1)?.state ?? empty;
  }

  pass(ms: number): void {
    this.#time += ms;
  }

  /** No two changes are at the same time. */
  become(next: (state: State, time: number) => State): void {
    this.#time++;
    this.timeline.push({ time: this.#time, state: next(this.state, this.#time) });
  }

  /** Answers wait from now on. */
  hold(looks: Looks, what: Held = "all"): void {
    this.#held ??= { looks, what, since: this.#time, waiting: [] };
  }

  /** Since when answers wait; undefined when they do not. */
  get heldSince(): number | undefined {
    return this.#held?.since;
  }

  release(): void {
    const held = this.#held;
    this.#held = undefined;
    for (const go of held?.waiting ?? []) go();
  }

  view(caller: string): PromptRegistry {
    const read = <T>(look: (answering: Answering) => T) => this.#read(caller, look);
    const write = (mutation: Mutation) => this.#write(caller, mutation);
    const unused = async () => Promise.reject(new Error("The test does not use this."));
    return {
      searchPrompts: () => read((it) => it.found()),
      getPrompt: (name) => read((it) => it.prompt(name)),
      getPrompts: (names) =>
        this.#read(
          caller,
          (it) => it.found().items.filter(({ name }) => names.includes(name)),
          "together",
        ),
      getVersion: (name, selector) => read((it) => it.version(name, selector)),
      getVersions: (wanted) => read((it) => it.many(wanted)),
      listVersions: (name) => read((it) => it.versions(name)),
      registerVersion: async (name) => {
        await write({ kind: "register", name });
        const version = new Answering(this.state, caller).version(name, "latest");
        return {
          version,
          before: undefined,
          createdPrompt: version.version === 1,
          unchanged: false,
          overtaken: [],
        };
      },
      setAlias: async (name, _, version) => {
        await write({ kind: "setAlias", name, version });
        return {};
      },
      deleteAlias: async (name) => {
        await write({ kind: "deleteAlias", name });
        return {};
      },
      tagPrompt: (name) => write({ kind: "note", name }),
      deleteVersion: async (name, version) => {
        await write({ kind: "deleteVersion", name, version });
        return {};
      },
      deletePrompt: (name) => write({ kind: "deletePrompt", name }),
      describe: unused,
      createPrompt: unused,
      tagVersion: unused,
      updatePrompt: unused,
      renamePrompt: unused,
    };
  }

  async #read<T>(caller: string, look: (answering: Answering) => T, what?: "together"): Promise<T> {
    this.requestCount++;
    const held = this.#held;
    const waits = held?.what === "all" || (held !== undefined && held.what === what);
    if (!waits) return look(new Answering(this.state, caller));
    const { state } = this;
    await new Promise<void>((resolve) => held.waiting.push(resolve));
    return look(new Answering(held.looks === "early" ? state : this.state, caller));
  }

  async #write(caller: string, mutation: Mutation): Promise<void> {
    // Whether the caller is let in at all.
    new Answering(this.state, caller).found();
    this.become((state, time) => after(state, mutation, time));
  }
}
