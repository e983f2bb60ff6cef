import type {
  CallOptions,
  PageRequest,
  PromptRegistry,
  VersionRequest,
} from "../registry/prompt-registry.ts";
import type { FoundPrompts, PromptSearch } from "../registry/search/prompt-search.ts";
import type {
  Page,
  Prompt,
  PromptVersion,
  RegistryDescription,
  Tags,
  VersionDraft,
  VersionSelector,
} from "../registry/types.ts";
import type {
  AliasConditions,
  AliasDeletionConditions,
  Moved,
  PromptUpdate,
  RegisterConditions,
  Registered,
  TagChanges,
  WriteConditions,
} from "../registry/writes.ts";
import type { MlflowApi } from "./api.ts";
import { toPrompt } from "./reads/decode.ts";
import { getPrompts } from "./reads/many-prompts.ts";
import { getVersions } from "./reads/many-versions.ts";
import { findPrompt } from "./reads/prompts.ts";
import { searchPrompts } from "./reads/search.ts";
import { getVersion, listVersions } from "./reads/versions.ts";
import { deleteAlias, setAlias } from "./writes/aliases.ts";
import { createPrompt, deletePrompt, tagPrompt } from "./writes/prompt-changes.ts";
import { renamePrompt, updatePrompt } from "./writes/prompt-details.ts";
import { registerVersion } from "./writes/register.ts";
import { deleteVersion, tagVersion } from "./writes/version-changes.ts";

/** A prompt registry in an MLflow server (3.8 to 3.17), over its REST API. */
export class MlflowRegistry implements PromptRegistry {
  readonly #api: MlflowApi;

  constructor(api: MlflowApi) {
    this.#api = api;
  }

  describe(options?: CallOptions): Promise<RegistryDescription> {
    return this.#api.describe(options);
  }

  searchPrompts(search: PromptSearch, options?: CallOptions): Promise<FoundPrompts> {
    return searchPrompts(this.#api, search, options);
  }

  async getPrompt(name: string, options?: CallOptions): Promise<Prompt> {
    return toPrompt(await findPrompt(this.#api, name, options));
  }

  getPrompts(names: readonly string[], options?: CallOptions): Promise<readonly Prompt[]> {
    return getPrompts(this.#api, names, options);
  }

  getVersion(
    name: string,
    selector: VersionSelector,
    options?: CallOptions,
  ): Promise<PromptVersion> {
    return getVersion(this.#api, name, selector, options);
  }

  getVersions(
    wanted: readonly VersionRequest[],
    options?: CallOptions,
  ): Promise<readonly PromptVersion[]> {
    return getVersions(this.#api, wanted, options);
  }

  listVersions(
    name: string,
    page: PageRequest,
    options?: CallOptions,
  ): Promise<Page<PromptVersion>> {
    return listVersions(this.#api, name, page, options);
  }

  createPrompt(
    name: string,
    details: { readonly description?: string; readonly tags?: Tags },
    options?: CallOptions,
  ): Promise<Prompt> {
    return createPrompt(this.#api, name, details, options);
  }

  registerVersion(
    name: string,
    draft: VersionDraft,
    conditions?: RegisterConditions,
    options?: CallOptions,
  ): Promise<Registered> {
    return registerVersion(this.#api, name, draft, conditions, options);
  }

  setAlias(
    name: string,
    alias: string,
    version: number,
    conditions?: AliasConditions,
    options?: CallOptions,
  ): Promise<Moved> {
    return setAlias(this.#api, name, alias, version, conditions, options);
  }

  deleteAlias(
    name: string,
    alias: string,
    conditions?: AliasDeletionConditions,
    options?: CallOptions,
  ): Promise<Moved> {
    return deleteAlias(this.#api, name, alias, conditions, options);
  }

  tagPrompt(
    name: string,
    changes: TagChanges,
    conditions?: WriteConditions,
    options?: CallOptions,
  ): Promise<void> {
    return tagPrompt(this.#api, name, changes, conditions, options);
  }

  tagVersion(
    name: string,
    version: number,
    changes: TagChanges,
    conditions?: WriteConditions,
    options?: CallOptions,
  ): Promise<void> {
    return tagVersion(this.#api, name, version, changes, conditions, options);
  }

  updatePrompt(
    name: string,
    update: PromptUpdate,
    conditions?: WriteConditions,
    options?: CallOptions,
  ): Promise<void> {
    return updatePrompt(this.#api, name, update, conditions, options);
  }

  renamePrompt(
    name: string,
    newName: string,
    conditions?: WriteConditions,
    options?: CallOptions,
  ): Promise<void> {
    return renamePrompt(this.#api, name, newName, conditions, options);
  }

  deleteVersion(
    name: string,
    version: number,
    conditions?: AliasDeletionConditions,
    options?: CallOptions,
  ): Promise<Moved> {
    return deleteVersion(this.#api, name, version, conditions, options);
  }

  deletePrompt(name: string, conditions?: WriteConditions, options?: CallOptions): Promise<void> {
    return deletePrompt(this.#api, name, conditions, options);
  }
}
