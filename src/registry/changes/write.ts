import type { RegistryErrorKind } from "../errors.ts";
import type { Caller } from "../prompt-registry.ts";
import { isListingTag } from "../versions/prompt-tags.ts";
import type { Change } from "./change-hub.ts";

/** A completed write and its outcome. */
export interface Write {
  readonly operation:
    | "create_prompt"
    | "register_version"
    | "set_alias"
    | "delete_alias"
    | "tag_prompt"
    | "tag_version"
    | "update_prompt"
    | "rename_prompt"
    | "delete_version"
    | "delete_prompt";
  readonly prompt: string;
  /** The new name of a renamed prompt. */
  readonly newName?: string;
  readonly version?: number;
  readonly alias?: string;
  /** The version that the alias pointed at, where the write had it as condition; null: none. */
  readonly previousVersion?: number | null;
  /** Keys of the tags that were set or deleted. */
  readonly tags?: readonly string[];
  /** `unchanged`: nothing had to be written. `fault` is a failure of this program. */
  readonly outcome: "ok" | "unchanged" | RegistryErrorKind | "fault";
  /** Whether the write changed something or may have. */
  readonly mayHaveChanged: boolean;
  /** Whether a prompt was created, renamed or deleted, or may have been. */
  readonly listed: boolean;
  readonly caller?: Caller;
}

/** The changes that a write made or may have made: of both names, for a renamed prompt. */
export function toChanges(write: Write): readonly Change[] {
  const { prompt, newName, version, alias, listed, mayHaveChanged } = write;
  if (!mayHaveChanged) return [];
  const change = {
    prompt,
    listed,
    ...(changesDescription(write) ? { described: true as const } : {}),
    ...(version === undefined ? {} : { version }),
    ...(alias === undefined ? {} : { alias }),
  };
  return newName === undefined ? [change] : [change, { ...change, prompt: newName }];
}

function changesDescription({ operation, tags = [] }: Write): boolean {
  return operation === "update_prompt" || (operation === "tag_prompt" && tags.some(isListingTag));
}
