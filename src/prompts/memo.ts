import type { ListPromptsResult } from "@modelcontextprotocol/server";
import { type ReadVersion, readVersion } from "../registry/engine/prompt-arguments.ts";
import type { TemplateEngine } from "../registry/engine/template-engine.ts";
import { versionUri } from "../registry/references.ts";
import { memoize } from "../registry/template/memoize.ts";
import { hasMustacheSyntax } from "../registry/template/syntax.ts";
import type { Prompt, PromptVersion } from "../registry/types.ts";

/** A prompt and its served version. */
export interface Served {
  readonly prompt: Prompt;
  readonly version: PromptVersion;
}

/**
 * Memoizes what `prompts/list` and `prompts/get` compute from prompts and versions. The keys are the
 * objects themselves: a caching registry returns the same objects while nothing has changed. Entries
 * are garbage-collected with their keys.
 */
export class PromptMemo {
  readonly uriOf = memoize(({ name, version }: PromptVersion) => versionUri(name, version));
  readonly mayBeMustache = memoize(({ template }: PromptVersion) => hasMustacheSyntax(template));
  readonly #read = new WeakMap<PromptVersion, ReadVersion>();
  readonly #readAsMustache = new WeakMap<PromptVersion, ReadVersion>();
  /** By the first prompt of the list. */
  readonly #lists = new WeakMap<
    Prompt,
    {
      readonly served: readonly Served[];
      readonly nextCursor: string | undefined;
      readonly result: ListPromptsResult;
    }
  >();

  /**
   * Shares finished results only: no caller waits for a job of another caller's engine.
   * @param mustache `usesMustache` of the version
   */
  async read(
    engine: TemplateEngine,
    version: PromptVersion,
    mustache: boolean,
  ): Promise<ReadVersion> {
    const memoized = mustache ? this.#readAsMustache : this.#read;
    const read = memoized.get(version) ?? (await readVersion(engine, version, { mustache }));
    memoized.set(version, read);
    return read;
  }

  /** Returns the same object for the same list, so that its serialized form can be memoized too. */
  async list(
    served: readonly Served[],
    nextCursor: string | undefined,
    make: () => Promise<ListPromptsResult>,
  ): Promise<ListPromptsResult> {
    const [first] = served;
    if (first === undefined) return make();
    const memoized = this.#lists.get(first.prompt);
    if (memoized && memoized.nextCursor === nextCursor && areSame(memoized.served, served)) {
      return memoized.result;
    }
    const result = await make();
    this.#lists.set(first.prompt, { served, nextCursor, result });
    return result;
  }
}

function areSame(before: readonly Served[], now: readonly Served[]): boolean {
  return (
    before.length === now.length &&
    now.every(
      ({ prompt, version }, index) =>
        before[index]?.prompt === prompt && before[index].version === version,
    )
  );
}
