import type { ListPromptsResult } from "@modelcontextprotocol/server";
import type { PromptArgument } from "../registry/contract/arguments.ts";
import { promptArguments } from "../registry/engine/prompt-arguments.ts";
import type { TemplateEngine } from "../registry/engine/template-engine.ts";
import { versionUri } from "../registry/references.ts";
import { memoize } from "../registry/template/memoize.ts";
import { hasMustacheSyntax } from "../registry/template/syntax.ts";
import type { Prompt, PromptVersion } from "../registry/types.ts";

/** A prompt and the version of it that is served. */
export interface Served {
  readonly prompt: Prompt;
  readonly version: PromptVersion;
}

/**
 * What is worked out from prompts and versions to answer `prompts/list` and `prompts/get`. A
 * registry may give the same objects again while nothing has changed: then what is here is still
 * right, whoever asks, and it is kept no longer than they are.
 */
export class PromptMemo {
  readonly uriOf = memoize(({ name, version }: PromptVersion) => versionUri(name, version));
  readonly mayBeMustache = memoize(({ template }: PromptVersion) => hasMustacheSyntax(template));
  readonly #arguments = new WeakMap<PromptVersion, readonly PromptArgument[]>();
  readonly #mustacheArguments = new WeakMap<PromptVersion, readonly PromptArgument[]>();
  /** By the first prompt in it. */
  readonly #lists = new WeakMap<
    Prompt,
    {
      readonly served: readonly Served[];
      readonly nextCursor: string | undefined;
      readonly result: ListPromptsResult;
    }
  >();

  /**
   * Nobody waits for what another caller's engine is working on: only what is there is shared.
   * @param mustache `usesMustache` of the version
   */
  async argumentsOf(
    engine: TemplateEngine,
    version: PromptVersion,
    mustache: boolean,
  ): Promise<readonly PromptArgument[]> {
    const known = mustache ? this.#mustacheArguments : this.#arguments;
    const args = known.get(version) ?? (await promptArguments(engine, version, { mustache }));
    known.set(version, args);
    return args;
  }

  /** The same object as long as the list is the same: what is made of it can be kept as well. */
  async list(
    served: readonly Served[],
    nextCursor: string | undefined,
    make: () => Promise<ListPromptsResult>,
  ): Promise<ListPromptsResult> {
    const [first] = served;
    if (first === undefined) return make();
    const known = this.#lists.get(first.prompt);
    if (known && known.nextCursor === nextCursor && areSame(known.served, served)) {
      return known.result;
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
