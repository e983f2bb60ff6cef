import * as z from "zod";
import { quote, RegistryError } from "../../registry/errors.ts";
import type { Database, Values } from "../file/database.ts";
import type { Layout } from "../file/layout.ts";
import { type EmbeddedView, WorkspaceScope } from "../workspace-scope.ts";

/** The experiment of MLflow's default workspace, and of files without workspaces. */
const defaultExperimentId = 0;

/** Its name, also in other workspaces. */
const defaultExperimentName = "Default";

const columnRow = z.object({ name: z.string() });
const experimentRow = z.object({
  experiment_id: z.number().int(),
  artifact_location: z.string().nullable(),
});

export interface Experiment {
  readonly id: number;
  /** Where MLflow keeps artifacts; evaluations have none. */
  readonly artifacts: string;
}

/**
 * MLflow's tables of datasets, runs and traces during one transaction. MLflow adds columns to them from
 * release to release (3.8 to 3.17): `insert` fills those that the file has.
 */
export class EvaluationScope {
  readonly #db: Database;
  readonly #workspace: string | undefined;
  readonly #experimentId: string | undefined;
  readonly #columns = new Map<string, ReadonlySet<string>>();

  /** @throws RegistryError `invalid` or `not_found` as `WorkspaceScope` */
  constructor(db: Database, layout: Layout, path: string, view: EmbeddedView) {
    this.#db = db;
    this.#workspace = new WorkspaceScope(db, layout, path, view).workspace;
    this.#experimentId = view.experimentId;
  }

  select<T>(row: z.ZodType<T>, sql: string, values: Values = {}): T[] {
    return this.#db.select(row, sql, values);
  }

  change(sql: string, values: Values = {}): number {
    return this.#db.change(sql, values);
  }

  /**
   * Inserts a row without the columns that the file does not have.
   * @param or what happens to a row with the same key; absent: it is an error
   * @returns whether a row was inserted
   */
  insert(table: string, row: Values, or?: "IGNORE" | "REPLACE"): boolean {
    const owned: Values = { ...row, workspace: this.#workspace ?? null };
    const columns = Object.keys(owned).filter((column) => this.has(table, column));
    const values = Object.fromEntries(columns.map((column) => [column, owned[column] ?? null]));
    const places = columns.map((column) => `:${column}`).join(", ");
    const verb = or === "REPLACE" ? "INSERT OR REPLACE" : "INSERT";
    // "INSERT OR IGNORE" would also ignore a row that lacks a value.
    const end = or === "IGNORE" ? "ON CONFLICT DO NOTHING" : "";
    const sql = `${verb} INTO ${table} (${columns.join(", ")}) VALUES (${places}) ${end}`;
    return this.change(sql, values) > 0;
  }

  has(table: string, column: string): boolean {
    let columns = this.#columns.get(table);
    if (columns === undefined) {
      const sql = "SELECT name FROM pragma_table_info(:table)";
      columns = new Set(this.select(columnRow, sql, { table }).map(({ name }) => name));
      this.#columns.set(table, columns);
    }
    return columns.has(column);
  }

  /** The condition for rows of this workspace, and its values. */
  inWorkspace(table: "experiments" | "evaluation_datasets"): {
    readonly condition: string;
    readonly values: Values;
  } {
    const workspace = this.#workspace;
    if (workspace === undefined || !this.has(table, "workspace")) {
      return { condition: "TRUE", values: {} };
    }
    return { condition: `${table}.workspace = :workspace`, values: { workspace } };
  }

  /**
   * The caller's experiment. Undefined: it is the default one of the workspace, which does not exist yet.
   * @throws RegistryError `not_found` for another experiment that does not exist
   */
  findExperiment(): Experiment | undefined {
    const { condition, values } = this.inWorkspace("experiments");
    const chosen = this.#experimentId;
    const [row] = this.select(
      experimentRow,
      `SELECT experiment_id, artifact_location FROM experiments
       WHERE lifecycle_stage = 'active' AND ${condition} AND
       ${chosen === undefined ? "name = :chosen" : "CAST(experiment_id AS TEXT) = :chosen"}`,
      { ...values, chosen: chosen ?? defaultExperimentName },
    );
    if (row) return toExperiment(row);
    if (chosen === undefined) return undefined;
    throw new RegistryError(
      "not_found",
      `The database file has no experiment ${quote(chosen)}, or it is deleted. Ask the operator of this server to set MLFLOW_EXPERIMENT_ID to one that exists in the workspace.`,
    );
  }

  /** The experiment of an existing run or trace. */
  readExperiment(id: number): Experiment {
    const sql = `SELECT experiment_id, artifact_location FROM experiments WHERE experiment_id = :id`;
    const [row] = this.select(experimentRow, sql, { id });
    if (row === undefined) throw new Error(`Experiment ${id} of a run cannot be read`);
    return toExperiment(row);
  }

  /** Adds the default experiment if it is missing: MLflow does so when it starts, and keeps this one. */
  ensureExperiment(): Experiment {
    const found = this.findExperiment();
    if (found) return found;
    const isDefault = this.#workspace === undefined || this.#workspace === "default";
    const now = Date.now();
    this.insert("experiments", {
      ...(isDefault ? { experiment_id: defaultExperimentId } : {}),
      name: defaultExperimentName,
      lifecycle_stage: "active",
      creation_time: now,
      last_update_time: now,
    });
    const added = this.findExperiment();
    if (added === undefined) throw new Error("The default experiment cannot be read");
    const folder = isDefault ? "" : `workspaces/${this.#workspace}/`;
    // The address of the artifacts that "mlflow server" itself serves.
    const artifacts = `mlflow-artifacts:/${folder}${added.id}`;
    this.change("UPDATE experiments SET artifact_location = :artifacts WHERE experiment_id = :id", {
      artifacts,
      id: added.id,
    });
    return { id: added.id, artifacts };
  }
}

function toExperiment(row: z.infer<typeof experimentRow>): Experiment {
  return { id: row.experiment_id, artifacts: row.artifact_location ?? "" };
}
