import * as z from "zod";
import { quote, RegistryError } from "../registry/errors.ts";
import type { Database, Values } from "./file/database.ts";
import type { Layout } from "./file/layout.ts";

const workspaceRow = z.object({ name: z.string() });

/** What the calls of one registry have in common. */
export interface EmbeddedView {
  readonly workspace?: string;
  /** The experiment on whose page MLflow shows prompts that are registered; absent for none. */
  readonly experimentId?: string;
}

/**
 * The registry's tables, restricted to one workspace, during one transaction. If the file has workspaces,
 * `in(table)` adds the workspace to conditions and `insert` adds it to new rows.
 */
export class WorkspaceScope {
  readonly workspace: string | undefined;
  readonly experimentId: string | undefined;
  readonly #db: Database;

  /** @throws RegistryError `invalid` when the file has no workspaces, `not_found` when it lacks this one */
  constructor(
    db: Database,
    layout: Layout,
    path: string,
    { workspace, experimentId }: EmbeddedView,
  ) {
    this.#db = db;
    this.experimentId = experimentId;
    this.workspace = layout.workspaces ? (workspace ?? "default") : undefined;
    if (workspace === undefined) return;
    if (!layout.workspaces) throw noWorkspaces(path, layout, workspace);
    if (workspace !== "default" && !this.#hasWorkspace(workspace)) {
      throw workspaceNotFound(path, workspace);
    }
  }

  /** The workspaces of the file, sorted. */
  listWorkspaces(): string[] {
    const rows = this.#db.select(workspaceRow, "SELECT name FROM workspaces", {});
    return [...new Set(["default", ...rows.map(({ name }) => name)])].toSorted();
  }

  /** The SQL condition for rows of this workspace. */
  in(table: string): string {
    return this.workspace === undefined ? "TRUE" : `${table}.workspace = :workspace`;
  }

  select<T>(row: z.ZodType<T>, sql: string, values: Values = {}): T[] {
    return this.#db.select(row, sql, this.#withWorkspace(values));
  }

  change(sql: string, values: Values = {}): number {
    return this.#db.change(sql, this.#withWorkspace(values));
  }

  /** Inserts a row; `orElse` is the ON CONFLICT clause for an existing key. */
  insert(table: string, row: Values, orElse = ""): void {
    const values = this.#withWorkspace(row);
    const columns = Object.keys(values);
    const places = columns.map((column) => `:${column}`);
    this.change(
      `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${places.join(", ")}) ${orElse}`,
      values,
    );
  }

  #withWorkspace(values: Values): Values {
    return this.workspace === undefined ? values : { ...values, workspace: this.workspace };
  }

  #hasWorkspace(name: string): boolean {
    const sql = "SELECT name FROM workspaces WHERE name = :name";
    return this.#db.select(workspaceRow, sql, { name }).length > 0;
  }
}

function noWorkspaces(path: string, layout: Layout, workspace: string): RegistryError {
  return new RegistryError(
    "invalid",
    `Workspace ${quote(workspace)} cannot be used: the database file ${path} has ${layout.release === undefined ? "an old schema" : `the schema of MLflow ${layout.release}`}, which has no workspaces. Remove the workspace, or upgrade the file with MLflow 3.10 or later ("mlflow db upgrade").`,
    { workspace },
  );
}

function workspaceNotFound(path: string, workspace: string): RegistryError {
  return new RegistryError(
    "not_found",
    `The database file ${path} has no workspace named ${quote(workspace)}. Create it with MLflow, or use another workspace.`,
    { workspace },
  );
}
