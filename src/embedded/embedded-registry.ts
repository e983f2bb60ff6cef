import { randomUUID } from "node:crypto";
import type {
  CallOptions,
  FoundPrompts,
  PageRequest,
  PromptRegistry,
  PromptSearch,
} from "../registry/prompt-registry.ts";
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
import type { EmbeddedConnection } from "./file/connection.ts";
import {
  findAliasedVersion,
  findFirstVersion,
  findLatestVersion,
  findPrompt,
  findVersion,
  requirePrompt,
} from "./find.ts";
import { PromptWalk } from "./prompt-walk.ts";
import { filterPrompts, loadVersions, type VersionKey } from "./read-rows.ts";
import { findPromptsAfter, listVersions } from "./search.ts";
import { WorkspaceScope } from "./workspace-scope.ts";
import { changeTags, insertPrompt, removePrompt } from "./write-rows.ts";

/** The prompts of one workspace of a database file. Views of a file share its connection. */
export class EmbeddedRegistry implements PromptRegistry {
  readonly #connection: EmbeddedConnection;
  readonly #workspace: string | undefined;

  constructor(connection: EmbeddedConnection, workspace: string | undefined) {
    this.#connection = connection;
    this.#workspace = workspace;
  }

  describe(options?: CallOptions): Promise<RegistryDescription> {
    const { path } = this.#connection;
    return this.#connection.read((db, layout) => {
      const { workspace } = new WorkspaceScope(db, layout, path, this.#workspace);
      return {
        backend: "embedded",
        location: path,
        ...(layout.release === undefined ? {} : { release: layout.release }),
        ...(workspace === undefined ? {} : { workspace }),
        capabilities: { workspaces: layout.workspaces, atomicWrites: true },
      };
    }, options);
  }

  async searchPrompts(search: PromptSearch, options?: CallOptions): Promise<FoundPrompts> {
    const plan = new SearchPlan(search, this.#workspace);
    return searchByScanning(plan, {
      exact: !plan.needsContent,
      position: sortKey,
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
    if (selector === "latest")
      return this.#read((scope) => findLatestVersion(scope, name), options);
    if ("version" in selector) {
      return this.#read((scope) => findVersion(scope, { name, ...selector }), options);
    }
    if ("firstOf" in selector) {
      const { firstOf } = selector;
      return this.#read((scope) => findFirstVersion(scope, name, firstOf), options);
    }
    const { alias } = selector;
    return this.#read((scope) => findAliasedVersion(scope, name, alias), options);
  }

  async getVersions(
    wanted: readonly VersionKey[],
    options?: CallOptions,
  ): Promise<readonly PromptVersion[]> {
    return this.#read((scope) => {
      const prompts = filterPrompts(
        scope,
        wanted.map(({ name }) => name),
      );
      return loadVersions(
        scope,
        wanted.filter(({ name }) => prompts.has(name)),
      );
    }, options);
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
    return this.#write((scope) => {
      requirePrompt(scope, name);
      checkConditions(scope, name, conditions);
      deleteAlias(scope, name, alias, conditions);
      return {};
    }, options);
  }

  async tagPrompt(
    name: string,
    changes: TagChanges,
    conditions: WriteConditions = {},
    options?: CallOptions,
  ): Promise<void> {
    return this.#write((scope) => {
      requirePrompt(scope, name);
      checkConditions(scope, name, conditions);
      changeTags(scope, { name }, changes);
    }, options);
  }

  async tagVersion(
    name: string,
    version: number,
    changes: TagChanges,
    conditions: WriteConditions = {},
    options?: CallOptions,
  ): Promise<void> {
    return this.#write((scope) => {
      findVersion(scope, { name, version });
      checkConditions(scope, name, conditions);
      changeTags(scope, { name, version }, changes);
    }, options);
  }

  async deleteVersion(
    name: string,
    version: number,
    conditions: AliasDeletionConditions = {},
    options?: CallOptions,
  ): Promise<Moved> {
    return this.#write((scope) => {
      findVersion(scope, { name, version });
      checkConditions(scope, name, conditions);
      deleteVersion(scope, { name, version }, conditions);
      return {};
    }, options);
  }

  async deletePrompt(
    name: string,
    conditions: WriteConditions = {},
    options?: CallOptions,
  ): Promise<void> {
    return this.#write((scope) => {
      requirePrompt(scope, name);
      checkConditions(scope, name, conditions);
      removePrompt(scope, name);
    }, options);
  }

  #read<T>(work: (scope: WorkspaceScope) => T, options: CallOptions | undefined): Promise<T> {
    const { path } = this.#connection;
    return this.#connection.read(
      (db, layout) => work(new WorkspaceScope(db, layout, path, this.#workspace)),
      options,
    );
  }

  #write<T>(work: (scope: WorkspaceScope) => T, options: CallOptions | undefined): Promise<T> {
    const { path } = this.#connection;
    return this.#connection.write(
      (db, layout) => work(new WorkspaceScope(db, layout, path, this.#workspace)),
      options,
    );
  }
}
