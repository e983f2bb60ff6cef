import { promptExists } from "./errors.ts";
import {
  checkAlias,
  checkDescription,
  checkDraft,
  checkExpectedVersion,
  checkNewAlias,
  checkNewPromptName,
  checkPage,
  checkPromptDetails,
  checkPromptName,
  checkPromptTags,
  checkVersion,
  checkVersionTags,
} from "./limits.ts";
import type {
  CallOptions,
  PageRequest,
  PromptRegistry,
  VersionRequest,
} from "./prompt-registry.ts";
import type { FoundPrompts, PromptSearch } from "./search/prompt-search.ts";
import type {
  Page,
  Prompt,
  PromptVersion,
  RegistryDescription,
  Tags,
  VersionDraft,
  VersionSelector,
} from "./types.ts";
import { fetchPrompts } from "./versions/fetch-prompts.ts";
import { hasPrompt } from "./versions/find-reference.ts";
import type {
  AliasConditions,
  AliasDeletionConditions,
  Moved,
  PromptUpdate,
  RegisterConditions,
  Registered,
  TagChanges,
  WriteConditions,
} from "./writes.ts";

/**
 * Checks input against `limits.ts` for every back end, and rejects `invalid` before the registry
 * behind it is called.
 *
 * Two checks stay with the back ends, because what they are about is known only there: the name and
 * the details of a prompt that `registerVersion` has to create, and whether a cursor belongs to the
 * search.
 */
export class CheckedRegistry implements PromptRegistry {
  readonly #registry: PromptRegistry;

  constructor(registry: PromptRegistry) {
    this.#registry = registry;
  }

  describe(options?: CallOptions): Promise<RegistryDescription> {
    return this.#registry.describe(options);
  }

  async searchPrompts(search: PromptSearch, options?: CallOptions): Promise<FoundPrompts> {
    checkPage(search);
    return this.#registry.searchPrompts(search, options);
  }

  async getPrompt(name: string, options?: CallOptions): Promise<Prompt> {
    checkPromptName(name);
    return this.#registry.getPrompt(name, options);
  }

  async hasPrompt(name: string, options?: CallOptions): Promise<boolean> {
    checkPromptName(name);
    return hasPrompt(this.#registry, name, options);
  }

  async getPrompts(names: readonly string[], options?: CallOptions): Promise<readonly Prompt[]> {
    for (const name of names) checkPromptName(name);
    return fetchPrompts(this.#registry, names, options);
  }

  async getVersion(
    name: string,
    selector: VersionSelector,
    options?: CallOptions,
  ): Promise<PromptVersion> {
    checkPromptName(name);
    checkSelector(selector);
    return this.#registry.getVersion(name, selector, options);
  }

  async getVersions(
    wanted: readonly VersionRequest[],
    options?: CallOptions,
  ): Promise<readonly PromptVersion[]> {
    for (const { name, version } of wanted) {
      checkPromptName(name);
      checkVersion(version);
    }
    return this.#registry.getVersions(wanted, options);
  }

  async listVersions(
    name: string,
    page: PageRequest,
    options?: CallOptions,
  ): Promise<Page<PromptVersion>> {
    checkPromptName(name);
    checkPage(page);
    return this.#registry.listVersions(name, page, options);
  }

  async createPrompt(
    name: string,
    details: { readonly description?: string; readonly tags?: Tags },
    options?: CallOptions,
  ): Promise<Prompt> {
    checkNewPromptName(name);
    checkPromptDetails(details);
    return this.#registry.createPrompt(name, details, options);
  }

  async registerVersion(
    name: string,
    draft: VersionDraft,
    conditions?: RegisterConditions,
    options?: CallOptions,
  ): Promise<Registered> {
    checkPromptName(name);
    checkDraft(draft);
    checkExpectedVersion(conditions?.baseVersion);
    return this.#registry.registerVersion(name, draft, conditions, options);
  }

  async setAlias(
    name: string,
    alias: string,
    version: number,
    conditions?: AliasConditions,
    options?: CallOptions,
  ): Promise<Moved> {
    checkPromptName(name);
    checkNewAlias(alias);
    checkVersion(version);
    checkExpectedVersion(conditions?.expectedVersion);
    return this.#registry.setAlias(name, alias, version, conditions, options);
  }

  async deleteAlias(
    name: string,
    alias: string,
    conditions?: AliasDeletionConditions,
    options?: CallOptions,
  ): Promise<Moved> {
    checkPromptName(name);
    checkAlias(alias);
    return this.#registry.deleteAlias(name, alias, conditions, options);
  }

  async tagPrompt(
    name: string,
    changes: TagChanges,
    conditions?: WriteConditions,
    options?: CallOptions,
  ): Promise<void> {
    checkPromptName(name);
    checkPromptTags(changes);
    return this.#registry.tagPrompt(name, changes, conditions, options);
  }

  async tagVersion(
    name: string,
    version: number,
    changes: TagChanges,
    conditions?: WriteConditions,
    options?: CallOptions,
  ): Promise<void> {
    checkPromptName(name);
    checkVersion(version);
    checkVersionTags(changes);
    return this.#registry.tagVersion(name, version, changes, conditions, options);
  }

  async updatePrompt(
    name: string,
    update: PromptUpdate,
    conditions?: WriteConditions,
    options?: CallOptions,
  ): Promise<void> {
    checkPromptName(name);
    checkDescription(update.description);
    return this.#registry.updatePrompt(name, update, conditions, options);
  }

  async renamePrompt(
    name: string,
    newName: string,
    conditions?: WriteConditions,
    options?: CallOptions,
  ): Promise<void> {
    checkPromptName(name);
    checkNewPromptName(newName);
    if (newName === name) throw promptExists(newName);
    return this.#registry.renamePrompt(name, newName, conditions, options);
  }

  async deleteVersion(
    name: string,
    version: number,
    conditions?: AliasDeletionConditions,
    options?: CallOptions,
  ): Promise<Moved> {
    checkPromptName(name);
    checkVersion(version);
    return this.#registry.deleteVersion(name, version, conditions, options);
  }

  async deletePrompt(
    name: string,
    conditions?: WriteConditions,
    options?: CallOptions,
  ): Promise<void> {
    checkPromptName(name);
    return this.#registry.deletePrompt(name, conditions, options);
  }
}

/** `firstOf` is the operator's, and was checked with the configuration. */
function checkSelector(selector: VersionSelector): void {
  if (selector === "latest" || "firstOf" in selector) return;
  if ("version" in selector) checkVersion(selector.version);
  else checkAlias(selector.alias);
}
