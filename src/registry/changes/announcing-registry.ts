import { RegistryError } from "../errors.ts";
import type {
  CallOptions,
  PageRequest,
  PromptRegistry,
  VersionRequest,
} from "../prompt-registry.ts";
import type { FoundPrompts, PromptSearch } from "../search/prompt-search.ts";
import type {
  Page,
  Prompt,
  PromptVersion,
  RegistryDescription,
  Tags,
  VersionDraft,
  VersionSelector,
} from "../types.ts";
import { fetchPrompts } from "../versions/fetch-prompts.ts";
import { hasPrompt } from "../versions/find-reference.ts";
import type {
  AliasConditions,
  AliasDeletionConditions,
  Moved,
  PromptUpdate,
  RegisterConditions,
  Registered,
  TagChanges,
  WriteConditions,
} from "../writes.ts";
import type { Write } from "./write.ts";

type StartedWrite = Omit<Write, "outcome" | "mayHaveChanged" | "listed" | "caller">;

/** Operations that can create, rename or delete a prompt. */
const listingOperations: readonly Write["operation"][] = [
  "create_prompt",
  "register_version",
  "rename_prompt",
  "delete_prompt",
];

/**
 * Calls `onWrite` after each write, successful or not. The write returns to its caller after
 * `onWrite` has finished.
 */
export class AnnouncingRegistry implements PromptRegistry {
  readonly #registry: PromptRegistry;
  readonly #onWrite: (write: Write) => void | Promise<void>;

  constructor(registry: PromptRegistry, onWrite: (write: Write) => void | Promise<void>) {
    this.#registry = registry;
    this.#onWrite = onWrite;
  }

  describe(options?: CallOptions): Promise<RegistryDescription> {
    return this.#registry.describe(options);
  }

  searchPrompts(search: PromptSearch, options?: CallOptions): Promise<FoundPrompts> {
    return this.#registry.searchPrompts(search, options);
  }

  getPrompt(name: string, options?: CallOptions): Promise<Prompt> {
    return this.#registry.getPrompt(name, options);
  }

  hasPrompt(name: string, options?: CallOptions): Promise<boolean> {
    return hasPrompt(this.#registry, name, options);
  }

  getPrompts(names: readonly string[], options?: CallOptions): Promise<readonly Prompt[]> {
    return fetchPrompts(this.#registry, names, options);
  }

  getVersion(
    name: string,
    selector: VersionSelector,
    options?: CallOptions,
  ): Promise<PromptVersion> {
    return this.#registry.getVersion(name, selector, options);
  }

  getVersions(
    wanted: readonly VersionRequest[],
    options?: CallOptions,
  ): Promise<readonly PromptVersion[]> {
    return this.#registry.getVersions(wanted, options);
  }

  listVersions(
    name: string,
    page: PageRequest,
    options?: CallOptions,
  ): Promise<Page<PromptVersion>> {
    return this.#registry.listVersions(name, page, options);
  }

  createPrompt(
    name: string,
    details: { readonly description?: string; readonly tags?: Tags },
    options?: CallOptions,
  ): Promise<Prompt> {
    const write = { operation: "create_prompt", prompt: name } as const;
    return this.#announce(write, this.#registry.createPrompt(name, details, options), options);
  }

  registerVersion(
    name: string,
    draft: VersionDraft,
    conditions?: RegisterConditions,
    options?: CallOptions,
  ): Promise<Registered> {
    const write = { operation: "register_version", prompt: name } as const;
    const registering = this.#registry.registerVersion(name, draft, conditions, options);
    return this.#announce(write, registering, options, ({ version, createdPrompt, unchanged }) => ({
      version: version.version,
      listed: createdPrompt,
      ...(unchanged ? { outcome: "unchanged" as const, mayHaveChanged: false } : {}),
    }));
  }

  setAlias(
    name: string,
    alias: string,
    version: number,
    conditions?: AliasConditions,
    options?: CallOptions,
  ): Promise<Moved> {
    const write = { operation: "set_alias", prompt: name, alias, version } as const;
    const setting = this.#registry.setAlias(name, alias, version, conditions, options);
    const { expectedVersion } = conditions ?? {};
    return this.#announce(write, setting, options, () =>
      expectedVersion === undefined ? {} : { previousVersion: expectedVersion || null },
    );
  }

  deleteAlias(
    name: string,
    alias: string,
    conditions?: AliasDeletionConditions,
    options?: CallOptions,
  ): Promise<Moved> {
    const write = { operation: "delete_alias", prompt: name, alias } as const;
    const deleting = this.#registry.deleteAlias(name, alias, conditions, options);
    const previousVersion = conditions?.aliases?.[alias];
    return this.#announce(write, deleting, options, () =>
      previousVersion === undefined ? {} : { previousVersion },
    );
  }

  tagPrompt(
    name: string,
    changes: TagChanges,
    conditions?: WriteConditions,
    options?: CallOptions,
  ): Promise<void> {
    const tags = Object.keys(changes);
    const write = { operation: "tag_prompt", prompt: name, tags } as const;
    return this.#announce(
      write,
      this.#registry.tagPrompt(name, changes, conditions, options),
      options,
    );
  }

  tagVersion(
    name: string,
    version: number,
    changes: TagChanges,
    conditions?: WriteConditions,
    options?: CallOptions,
  ): Promise<void> {
    const tags = Object.keys(changes);
    const write = { operation: "tag_version", prompt: name, version, tags } as const;
    return this.#announce(
      write,
      this.#registry.tagVersion(name, version, changes, conditions, options),
      options,
    );
  }

  updatePrompt(
    name: string,
    update: PromptUpdate,
    conditions?: WriteConditions,
    options?: CallOptions,
  ): Promise<void> {
    const write = { operation: "update_prompt", prompt: name } as const;
    const updating = this.#registry.updatePrompt(name, update, conditions, options);
    return this.#announce(write, updating, options);
  }

  renamePrompt(
    name: string,
    newName: string,
    conditions?: WriteConditions,
    options?: CallOptions,
  ): Promise<void> {
    const write = { operation: "rename_prompt", prompt: name, newName } as const;
    const renaming = this.#registry.renamePrompt(name, newName, conditions, options);
    return this.#announce(write, renaming, options);
  }

  deleteVersion(
    name: string,
    version: number,
    conditions?: AliasDeletionConditions,
    options?: CallOptions,
  ): Promise<Moved> {
    const write = { operation: "delete_version", prompt: name, version } as const;
    return this.#announce(
      write,
      this.#registry.deleteVersion(name, version, conditions, options),
      options,
    );
  }

  deletePrompt(name: string, conditions?: WriteConditions, options?: CallOptions): Promise<void> {
    const write = { operation: "delete_prompt", prompt: name } as const;
    return this.#announce(write, this.#registry.deletePrompt(name, conditions, options), options);
  }

  async #announce<Result>(
    begun: StartedWrite,
    writing: Promise<Result>,
    options: CallOptions | undefined,
    seen: (result: Result) => Partial<Write> = () => ({}),
  ): Promise<Result> {
    options?.onWrite?.();
    const listed = listingOperations.includes(begun.operation);
    const write = { ...begun, listed, caller: options?.caller };
    let result: Result;
    try {
      result = await writing;
    } catch (error) {
      const known = error instanceof RegistryError;
      const outcome = known ? error.kind : "fault";
      const mayHaveChanged = known ? error.mayHaveChanged : true;
      await this.#onWrite({ ...write, outcome, mayHaveChanged, listed: listed && mayHaveChanged });
      throw error;
    }
    await this.#onWrite({ ...write, outcome: "ok", mayHaveChanged: true, ...seen(result) });
    return result;
  }
}
