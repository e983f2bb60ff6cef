import { randomUUID } from "node:crypto";
import type { CallOptions, PageRequest, PromptRegistry } from "../registry/prompt-registry.ts";
import type { FoundPrompts, PromptSearch } from "../registry/search/prompt-search.ts";
import { searchByScanning } from "../registry/search/scan.ts";
import { SearchPlan } from "../registry/search/search-plan.ts";
import { sortKey } from "../registry/search/sort-key.ts";
import type {
  Page,
  Prompt,
  PromptVersion,
  RegistryDescription,
  Tags,
  VersionDraft,
  VersionSelector,
} from "../registry/types.ts";
import { withWriteId } from "../registry/versions/stored-version.ts";
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
import {
  checkConditions,
  deleteAlias,
  deleteVersion,
  registerVersion,
  setAlias,
} from "./conditional-writes.ts";
import { describeFile } from "./describe-file.ts";
import type { EmbeddedConnection } from "./file/connection.ts";
import type { Database } from "./file/database.ts";
import type { Layout } from "./file/layout.ts";
import { findPrompt, findSelected, findVersion, findVersions, requirePrompt } from "./find.ts";
import { PromptWalk } from "./prompt-walk.ts";
import type { VersionKey } from "./read-rows.ts";
import { findPromptsAfter, listVersions } from "./search.ts";
import { type EmbeddedView, WorkspaceScope } from "./workspace-scope.ts";
import {
  changeTags,
  insertPrompt,
  removePrompt,
  renamePrompt,
  setDescription,
} from "./write-rows.ts";

/** The prompts of one workspace of a database file. Views of a file share its connection. */
export class EmbeddedRegistry implements PromptRegistry {
  readonly #connection: EmbeddedConnection;
  readonly #view: EmbeddedView;

  constructor(connection: EmbeddedConnection, view: EmbeddedView) {
    this.#connection = connection;
    this.#view = view;
  }

  describe(options?: CallOptions): Promise<RegistryDescription> {
    const { path } = this.#connection;
    return this.#connection.read(
      (db, layout) => describeFile(this.#scope(db, layout), layout, path),
      options,
    );
  }

  async searchPrompts(search: PromptSearch, options?: CallOptions): Promise<FoundPrompts> {
    const plan = new SearchPlan(search, this.#view.workspace);
    return searchByScanning(plan, {
      exact: !plan.needsContent,
      position: sortKey,
      readVersions: (wanted) => this.getVersions(wanted, options),
      walk: (from, count) =>
        new PromptWalk(plan, from, count, (after, wanted) =>
          this.#read((scope) => findPromptsAfter(scope, plan, after, wanted), options),
        ),
    });
  }

  async getPrompt(name: string, options?: CallOptions): Promise<Prompt> {
    return this.#read((scope) => findPrompt(scope, name), options);
  }

  async getVersion(
    name: string,
    selector: VersionSelector,
    options?: CallOptions,
  ): Promise<PromptVersion> {
    return this.#read((scope) => findSelected(scope, name, selector), options);
  }

  async getVersions(
    wanted: readonly VersionKey[],
    options?: CallOptions,
  ): Promise<readonly PromptVersion[]> {
    return this.#read((scope) => findVersions(scope, wanted), options);
  }

  async listVersions(
    name: string,
    page: PageRequest,
    options?: CallOptions,
  ): Promise<Page<PromptVersion>> {
    return this.#read((scope) => {
      requirePrompt(scope, name);
      return listVersions(scope, name, page);
    }, options);
  }

  async createPrompt(
    name: string,
    details: { readonly description?: string; readonly tags?: Tags },
    options?: CallOptions,
  ): Promise<Prompt> {
    return this.#write((scope) => {
      insertPrompt(scope, name, details);
      return findPrompt(scope, name);
    }, options);
  }

  async registerVersion(
    name: string,
    draft: VersionDraft,
    conditions: RegisterConditions = {},
    options?: CallOptions,
  ): Promise<Registered> {
    const identified = withWriteId(draft, randomUUID());
    return this.#write((scope) => registerVersion(scope, name, identified, conditions), options);
  }

  async setAlias(
    name: string,
    alias: string,
    version: number,
    conditions: AliasConditions = {},
    options?: CallOptions,
  ): Promise<Moved> {
    return this.#write((scope) => {
      findVersion(scope, { name, version });
      setAlias(scope, { name, version }, alias, conditions);
      return {};
    }, options);
  }

  async deleteAlias(
    name: string,
    alias: string,
    conditions: AliasDeletionConditions = {},
    options?: CallOptions,
  ): Promise<Moved> {
    await this.#change({ name }, conditions, options, (scope) => {
      deleteAlias(scope, name, alias, conditions);
    });
    return {};
  }

  async tagPrompt(
    name: string,
    changes: TagChanges,
    conditions?: WriteConditions,
    options?: CallOptions,
  ): Promise<void> {
    return this.#change({ name }, conditions, options, (scope) => {
      changeTags(scope, { name }, changes);
    });
  }

  async tagVersion(
    name: string,
    version: number,
    changes: TagChanges,
    conditions?: WriteConditions,
    options?: CallOptions,
  ): Promise<void> {
    return this.#change({ name, version }, conditions, options, (scope) => {
      changeTags(scope, { name, version }, changes);
    });
  }

  async updatePrompt(
    name: string,
    { description }: PromptUpdate,
    conditions?: WriteConditions,
    options?: CallOptions,
  ): Promise<void> {
    return this.#change({ name }, conditions, options, (scope) => {
      setDescription(scope, name, description);
    });
  }

  async renamePrompt(
    name: string,
    newName: string,
    conditions?: WriteConditions,
    options?: CallOptions,
  ): Promise<void> {
    return this.#change({ name }, conditions, options, (scope) => {
      renamePrompt(scope, name, newName);
    });
  }

  async deleteVersion(
    name: string,
    version: number,
    conditions: AliasDeletionConditions = {},
    options?: CallOptions,
  ): Promise<Moved> {
    await this.#change({ name, version }, conditions, options, (scope) => {
      deleteVersion(scope, { name, version }, conditions);
    });
    return {};
  }

  deletePrompt(name: string, conditions?: WriteConditions, options?: CallOptions): Promise<void> {
    return this.#change({ name }, conditions, options, (scope) => removePrompt(scope, name));
  }

  /** Changes an existing prompt, or one of its versions, if the conditions hold. */
  #change(
    { name, version }: { readonly name: string; readonly version?: number },
    conditions: WriteConditions = {},
    options: CallOptions | undefined,
    change: (scope: WorkspaceScope) => void,
  ): Promise<void> {
    return this.#write((scope) => {
      if (version === undefined) requirePrompt(scope, name);
      else findVersion(scope, { name, version });
      checkConditions(scope, name, conditions);
      change(scope);
    }, options);
  }

  #read<T>(work: (scope: WorkspaceScope) => T, options: CallOptions | undefined): Promise<T> {
    return this.#connection.read((...file) => work(this.#scope(...file)), options);
  }

  #write<T>(work: (scope: WorkspaceScope) => T, options: CallOptions | undefined): Promise<T> {
    return this.#connection.write((...file) => work(this.#scope(...file)), options);
  }

  #scope(db: Database, layout: Layout): WorkspaceScope {
    return new WorkspaceScope(db, layout, this.#connection.path, this.#view);
  }
}
