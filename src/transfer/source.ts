import type { CallOptions } from "../registry/prompt-registry.ts";
import type { Tags, VersionDraft } from "../registry/types.ts";

/** A version as it is to be registered elsewhere, or why it cannot be. */
export type SourceVersion =
  | { readonly version: number; readonly draft: VersionDraft }
  | { readonly version: number; readonly problem: string };

/** A prompt as it is to be created elsewhere. */
export interface SourcePrompt {
  readonly name: string;
  readonly description: string;
  readonly tags: Tags;
  readonly aliases: Readonly<Record<string, number>>;
  /** As it is stored; absent when there is none. */
  readonly aliasHistory?: string;
  /** What cannot be kept of it, or is kept otherwise, in sentences. */
  readonly notes: readonly string[];
  /** Its versions in the order of their numbers. Can be read once, before the next prompt is. */
  versions(): AsyncIterable<SourceVersion>;
}

/** A prompt that cannot be read. */
export interface UnreadablePrompt {
  readonly name: string;
  readonly problem: string;
}

/** Where prompts come from: a registry, an archive, an export of another program. */
export interface Source {
  /** How many prompts there are. */
  readonly count: number;
  /**
   * Its prompts, the one that changed longest ago first. One is read when it is asked for.
   * Rejects with RegistryError.
   */
  prompts(options: CallOptions): AsyncIterable<SourcePrompt | UnreadablePrompt>;
}
