import type { AnswerCache } from "./answer-cache.ts";
import type { Asked, Owner, Question } from "./answers.ts";
import type { Change } from "./changes.ts";
import { differences, differencesOnPage, kept, keptPage } from "./differences.ts";
import { noVersions } from "./errors.ts";
import { KeptVersions, withAliases } from "./kept-versions.ts";
import type {
  AliasConditions,
  CallOptions,
  FoundPrompts,
  PageRequest,
  PromptRegistry,
  PromptSearch,
  RegisterConditions,
  Registered,
  TagChanges,
  WantedVersion,
} from "./prompt-registry.ts";
import { aliasedVersion, servedVersionNumber } from "./served-version.ts";
import type {
  Page,
  Prompt,
  PromptVersion,
  RegistryDescription,
  Tags,
  VersionDraft,
  VersionSelector,
} from "./types.ts";

/**
 * A registry whose answers are remembered. Its writes, however they end, make everybody in the
 * workspace forget what they touch before they are answered.
 */
export class CachedRegistry implements PromptRegistry {
  readonly #registry: PromptRegistry;
  readonly #owner: Owner;
  readonly #answers: AnswerCache;
  readonly #parts: KeptVersions;
  readonly #changed: (change: Change) => void;

  constructor(
    registry: PromptRegistry,
    owner: Owner,
    answers: AnswerCache,
    changed: (change: Change) => void,
  ) {
    this.#registry = registry;
    this.#owner = owner;
    this.#answers = answers;
    this.#parts = new KeptVersions(owner, answers);
    this.#changed = changed;
  }

  describe(options?: CallOptions): Promise<RegistryDescription> {
    const ask = (asked: CallOptions) => this.#registry.describe(asked);
    return this.#answers.answer({ owner: this.#owner, kind: "about", about: "", ask }, options);
  }

  searchPrompts(search: PromptSearch, options?: CallOptions): Promise<FoundPrompts> {
    const question: Question<"found"> = {
      owner: this.#owner,
      kind: "found",
      about: JSON.stringify(search),
      ask: (asked) => this.#registry.searchPrompts(search, asked),
      received: (found, before, asked) => this.#found(found, before, asked),
    };
    return this.#answers.answer(question, options);
  }

  getPrompt(name: string, options?: CallOptions): Promise<Prompt> {
    return this.#answers.answer(this.#promptQuestion(name), options);
  }

  async getVersion(
    name: string,
    selector: VersionSelector,
    options?: CallOptions,
  ): Promise<PromptVersion> {
    if (isLatest(selector)) return this.#latest(name, options);
    const known = await this.#throughPrompt(name, selector, options);
    if (known !== undefined) return known;
    const question: Question<"version"> = {
      owner: this.#owner,
      kind: "version",
      about: JSON.stringify([name, selector]),
      prompt: name,
      ask: (asked) => this.#registry.getVersion(name, selector, asked),
      received: (version, before) => {
        const now = kept(before, version);
        if (before !== undefined && now !== before) this.#changed(changeOf(now, selector));
        return now;
      },
      gone: () => this.#changed({ prompt: name, listed: false }),
    };
    return this.#answers.answer(question, options);
  }

  async getVersions(
    wanted: readonly WantedVersion[],
    options?: CallOptions,
  ): Promise<readonly PromptVersion[]> {
    if (options?.since !== undefined || wanted.some(({ prompt }) => prompt === undefined)) {
      return withAliases(wanted, await this.#registry.getVersions(wanted, options));
    }
    const found = new Map<string, PromptVersion>();
    const missing: WantedVersion[] = [];
    for (const one of wanted) {
      const version = one.prompt && this.#parts.of(one.prompt, one.version);
      if (version === undefined) missing.push(one);
      else found.set(version.name, version);
    }
    if (missing.length > 0) {
      for (const version of await this.#missing(missing, options)) found.set(version.name, version);
    }
    return wanted.flatMap(({ name, version }) => {
      const one = found.get(name);
      return one?.version === version ? [one] : [];
    });
  }

  listVersions(
    name: string,
    page: PageRequest,
    options?: CallOptions,
  ): Promise<Page<PromptVersion>> {
    const question: Question<"versions"> = {
      owner: this.#owner,
      kind: "versions",
      about: JSON.stringify([name, page]),
      prompt: name,
      ask: (asked) => this.#registry.listVersions(name, page, asked),
      received: (versions, before) => {
        const now = kept(before, versions);
        if (before !== undefined && now !== before) this.#changed({ prompt: name, listed: false });
        return now;
      },
      gone: () => this.#changed({ prompt: name, listed: true }),
    };
    return this.#answers.answer(question, options);
  }

  createPrompt(
    name: string,
    details: { readonly description?: string; readonly tags?: Tags },
    options?: CallOptions,
  ): Promise<Prompt> {
    return this.#forgetAfter(name, this.#registry.createPrompt(name, details, options));
  }

  registerVersion(
    name: string,
    draft: VersionDraft,
    conditions?: RegisterConditions,
    options?: CallOptions,
  ): Promise<Registered> {
    const registering = this.#registry.registerVersion(name, draft, conditions, options);
    return this.#forgetAfter(name, registering);
  }

  setAlias(
    name: string,
    alias: string,
    version: number,
    conditions?: AliasConditions,
    options?: CallOptions,
  ): Promise<void> {
    const setting = this.#registry.setAlias(name, alias, version, conditions, options);
    return this.#forgetAfter(name, setting);
  }

  deleteAlias(name: string, alias: string, options?: CallOptions): Promise<void> {
    return this.#forgetAfter(name, this.#registry.deleteAlias(name, alias, options));
  }

  tagPrompt(name: string, changes: TagChanges, options?: CallOptions): Promise<void> {
    return this.#forgetAfter(name, this.#registry.tagPrompt(name, changes, options));
  }

  tagVersion(
    name: string,
    version: number,
    changes: TagChanges,
    options?: CallOptions,
  ): Promise<void> {
    return this.#forgetAfter(name, this.#registry.tagVersion(name, version, changes, options));
  }

  deleteVersion(name: string, version: number, options?: CallOptions): Promise<void> {
    return this.#forgetAfter(name, this.#registry.deleteVersion(name, version, options));
  }

  deletePrompt(name: string, options?: CallOptions): Promise<void> {
    return this.#forgetAfter(name, this.#registry.deletePrompt(name, options));
  }

  /** A write that failed tells that what is remembered may be wrong, so it is forgotten as well. */
  async #forgetAfter<Result>(prompt: string, writing: Promise<Result>): Promise<Result> {
    try {
      return await writing;
    } finally {
      this.#answers.forget(this.#owner.workspace, { prompt });
    }
  }

  #promptQuestion(name: string): Question<"prompt"> {
    return {
      owner: this.#owner,
      kind: "prompt",
      about: name,
      prompt: name,
      ask: (asked) => this.#registry.getPrompt(name, asked),
      received: (prompt, before) => {
        const now = kept(before, prompt);
        if (before !== undefined && now !== before) {
          for (const change of differences(before, now)) this.#changed(change);
        }
        return now;
      },
      gone: () => this.#changed({ prompt: name, listed: true }),
    };
  }

  /** Each prompt that was found is remembered by itself as well: who lists it often gets it next. */
  #found(found: FoundPrompts, before: FoundPrompts | undefined, asked: Asked): FoundPrompts {
    const page = keptPage(before, found);
    if (before !== undefined && page !== before) {
      for (const change of differencesOnPage(before, page)) this.#changed(change);
    }
    const now = this.#answers.received(asked);
    for (const prompt of page.items) {
      this.#answers.keep(this.#promptQuestion(prompt.name), prompt, now);
    }
    return page;
  }

  /** The prompt has it, and more that will be asked for next. */
  async #latest(name: string, options: CallOptions | undefined): Promise<PromptVersion> {
    const { latest } = await this.getPrompt(name, options);
    if (latest === undefined) throw noVersions(name);
    return latest;
  }

  /**
   * The version that aliases mean, as far as the prompt is remembered and has it. One that has to be
   * asked for again costs no more than the version would, and while the registry is away there is
   * the prompt as it was.
   */
  async #throughPrompt(
    name: string,
    selector: VersionSelector,
    options: CallOptions | undefined,
  ): Promise<PromptVersion | undefined> {
    if (selector === "latest" || "version" in selector) return undefined;
    const question = this.#promptQuestion(name);
    if (this.#answers.lookBack(question, Number.POSITIVE_INFINITY) === undefined) return undefined;
    const prompt = await this.#answers.answer(question, options);
    const number = numberOf(prompt, selector);
    if (number === undefined) return undefined;
    return number === prompt.latest?.version ? prompt.latest : this.#parts.of(prompt, number);
  }

  async #missing(
    wanted: readonly WantedVersion[],
    options: CallOptions | undefined,
  ): Promise<readonly PromptVersion[]> {
    const question: Question<"many"> = {
      owner: this.#owner,
      kind: "many",
      about: JSON.stringify(wanted.map(({ name, version }) => [name, version])),
      passing: true,
      ask: async (asked) => withAliases(wanted, await this.#registry.getVersions(wanted, asked)),
      received: (versions, _, asked) => {
        this.#parts.keep(wanted, versions, asked);
        return versions;
      },
    };
    return this.#answers.answer(question, options);
  }
}

function isLatest(selector: VersionSelector): boolean {
  if (selector === "latest") return true;
  const alias = "alias" in selector ? selector.alias : "firstOf" in selector && selector.firstOf[0];
  return typeof alias === "string" && alias.toLowerCase() === "latest";
}

/** The number that aliases mean. */
function numberOf(prompt: Prompt, selector: VersionSelector): number | undefined {
  if (selector === "latest" || "version" in selector) return undefined;
  if ("firstOf" in selector) return servedVersionNumber(prompt, selector.firstOf);
  return aliasedVersion(prompt, selector.alias);
}

function changeOf({ name, version }: PromptVersion, selector: VersionSelector): Change {
  const alias = selector !== "latest" && "alias" in selector ? { alias: selector.alias } : {};
  return { prompt: name, version, ...alias, listed: false };
}
