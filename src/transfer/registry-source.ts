import { RegistryError } from "../registry/errors.ts";
import type { CallOptions, PromptRegistry } from "../registry/prompt-registry.ts";
import type { Prompt, PromptVersion } from "../registry/types.ts";
import { promptTagsOf, toSourceVersion } from "./original.ts";
import type { Source, SourcePrompt, SourceVersion, UnreadablePrompt } from "./source.ts";
import { stopsEverything } from "./stops.ts";

/** Versions may have 100,000 characters each. */
const pageSize = 100;

/** What is kept of each prompt while others are carried over. */
interface Listed {
  readonly name: string;
  readonly updatedAt: number;
  readonly problem?: string;
}

/**
 * All prompts of a registry that exist now. Only their names are kept in memory.
 * Rejects with RegistryError.
 */
export async function openRegistrySource(
  registry: PromptRegistry,
  options: CallOptions,
): Promise<Source> {
  const listed = await listPrompts(registry, options);
  return {
    count: listed.length,
    async *prompts(callOptions) {
      for (const one of listed) {
        const prompt = await readPrompt(registry, one, callOptions);
        if (prompt !== undefined) yield prompt;
      }
    },
  };
}

async function listPrompts(registry: PromptRegistry, options: CallOptions): Promise<Listed[]> {
  const listed: Listed[] = [];
  let cursor: string | undefined;
  do {
    const search = { order: "name", limit: pageSize, ...(cursor ? { cursor } : {}) } as const;
    const page = await registry.searchPrompts(search, options);
    for (const { name, updatedAt, problem } of page.items) {
      listed.push({ name, updatedAt, ...(problem === undefined ? {} : { problem }) });
    }
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return listed.sort((one, other) => one.updatedAt - other.updatedAt);
}

/** Undefined for a prompt that was deleted since it was listed. */
async function readPrompt(
  registry: PromptRegistry,
  { name, problem }: Listed,
  options: CallOptions,
): Promise<SourcePrompt | UnreadablePrompt | undefined> {
  if (problem !== undefined) return { name, problem };
  try {
    return toSourcePrompt(registry, await registry.getPrompt(name, options), options);
  } catch (error) {
    if (!(error instanceof RegistryError) || stopsEverything(error)) throw error;
    return error.kind === "not_found" ? undefined : { name, problem: error.message };
  }
}

function toSourcePrompt(
  registry: PromptRegistry,
  prompt: Prompt,
  options: CallOptions,
): SourcePrompt {
  const { name, description, aliases, aliasHistory } = prompt;
  return {
    name,
    description,
    tags: promptTagsOf(prompt),
    aliases,
    ...(aliasHistory === undefined ? {} : { aliasHistory }),
    notes: [],
    versions: () => readVersions(registry, prompt, options),
  };
}

async function* readVersions(
  registry: PromptRegistry,
  prompt: Prompt,
  options: CallOptions,
): AsyncGenerator<SourceVersion> {
  for await (const version of ascending(registry, prompt, options)) yield toSourceVersion(version);
}

/** Registries list the newest version first, so a long history is read twice: numbers first. */
async function* ascending(
  registry: PromptRegistry,
  prompt: Prompt,
  options: CallOptions,
): AsyncGenerator<PromptVersion> {
  const { name, latest } = prompt;
  if (latest === undefined) return;
  if (latest.version === 1) return yield latest;
  let page = await registry.listVersions(name, { limit: pageSize }, options);
  if (page.nextCursor === undefined) return yield* page.items.toReversed();
  const numbers = page.items.map(({ version }) => version);
  while (page.nextCursor !== undefined) {
    const { nextCursor: cursor } = page;
    page = await registry.listVersions(name, { limit: pageSize, cursor }, options);
    numbers.push(...page.items.map(({ version }) => version));
  }
  numbers.reverse();
  for (let start = 0; start < numbers.length; start += pageSize) {
    const wanted = numbers.slice(start, start + pageSize);
    yield* await registry.getVersions(
      wanted.map((version) => ({ name, version, prompt })),
      options,
    );
  }
}
