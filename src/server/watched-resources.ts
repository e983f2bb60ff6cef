import type { Change } from "../registry/changes/change-hub.ts";
import { quote, RegistryError } from "../registry/errors.ts";
import { parseResourceUri } from "../registry/references.ts";
import { isSkillUri, parseSkillUri } from "../registry/skill-uris.ts";

/** The limit of watched resources on one stream or connection. */
export const mostWatched = 1_000;

/**
 * The prompt that a resource shows: of a history, a version, a difference, or a skill.
 * @throws RegistryError `invalid` if this is not the canonical URI of a prompt's resource
 */
export function promptOfResource(uri: string): string {
  if (!isSkillUri(uri)) return parseResourceUri(uri).name;
  const reference = parseSkillUri(uri);
  if (reference.kind === "file") return reference.name;
  throw new RegistryError("invalid", `${quote(uri)} is a folder, and only files can be watched.`);
}

/** The resources that a client watches. */
export class WatchedResources {
  /** URIs by prompt. */
  readonly #uris = new Map<string, Set<string>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(uri: string): boolean {
    return this.#uris.get(promptOfResource(uri))?.has(uri) ?? false;
  }

  /** @throws RegistryError `invalid` if this is not the canonical URI of a prompt's resource */
  add(uri: string): void {
    const name = promptOfResource(uri);
    const uris = this.#uris.get(name) ?? new Set();
    if (uris.has(uri)) return;
    this.#uris.set(name, uris.add(uri));
    this.#size++;
  }

  delete(uri: string): void {
    for (const [name, uris] of this.#uris) {
      if (!uris.delete(uri)) continue;
      this.#size--;
      if (uris.size === 0) this.#uris.delete(name);
    }
  }

  /** The URIs of resources that show, or may show, a changed prompt. */
  *shownBy(changes: readonly Change[]): Iterable<string> {
    const prompts = new Set(changes.map(({ prompt }) => prompt));
    const changed = prompts.has(undefined) ? this.#uris.keys() : prompts;
    for (const prompt of [...changed]) {
      if (prompt !== undefined) yield* this.#uris.get(prompt) ?? [];
    }
  }
}
