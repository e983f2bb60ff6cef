import { withDatabase } from "../support/database.ts";

/** The registry's tables since MLflow 3.10, by the names of those they replace. */
const tables = {
  registered_models: `
    name VARCHAR(256) NOT NULL, creation_time BIGINT, last_updated_time BIGINT,
    description VARCHAR(5000), workspace VARCHAR(63) DEFAULT 'default' NOT NULL,
    CONSTRAINT registered_model_pk PRIMARY KEY (workspace, name)`,
  registered_model_tags: `
    key VARCHAR(250) NOT NULL, value VARCHAR(5000), name VARCHAR(256) NOT NULL,
    workspace VARCHAR(63) DEFAULT 'default' NOT NULL,
    CONSTRAINT registered_model_tag_pk PRIMARY KEY (workspace, key, name),
    FOREIGN KEY (workspace, name) REFERENCES registered_models (workspace, name) ON UPDATE CASCADE`,
  registered_model_aliases: `
    alias VARCHAR(256) NOT NULL, version INTEGER NOT NULL, name VARCHAR(256) NOT NULL,
    workspace VARCHAR(63) DEFAULT 'default' NOT NULL,
    CONSTRAINT registered_model_alias_pk PRIMARY KEY (workspace, name, alias),
    FOREIGN KEY (workspace, name) REFERENCES registered_models (workspace, name)
      ON DELETE CASCADE ON UPDATE CASCADE`,
  model_versions: `
    name VARCHAR(256) NOT NULL, version INTEGER NOT NULL, creation_time BIGINT,
    last_updated_time BIGINT, description VARCHAR(5000), user_id VARCHAR(256),
    current_stage VARCHAR(20), source VARCHAR(500), run_id VARCHAR(32), status VARCHAR(20),
    status_message VARCHAR(500), run_link VARCHAR(500), storage_location VARCHAR(500),
    workspace VARCHAR(63) DEFAULT 'default' NOT NULL,
    CONSTRAINT model_version_pk PRIMARY KEY (workspace, name, version),
    FOREIGN KEY (workspace, name) REFERENCES registered_models (workspace, name) ON UPDATE CASCADE`,
  model_version_tags: `
    key VARCHAR(250) NOT NULL, value TEXT, name VARCHAR(256) NOT NULL, version INTEGER NOT NULL,
    workspace VARCHAR(63) DEFAULT 'default' NOT NULL,
    CONSTRAINT model_version_tag_pk PRIMARY KEY (workspace, key, name, version),
    FOREIGN KEY (workspace, name, version) REFERENCES model_versions (workspace, name, version)
      ON UPDATE CASCADE`,
};

/** Where MLflow 3.9 to 3.16 has the tokens of traces, and 3.10 to 3.16 the costs of spans. */
export const metricsTables = `
  CREATE TABLE trace_metrics (
    request_id VARCHAR(50) NOT NULL, key VARCHAR(250) NOT NULL, value FLOAT,
    CONSTRAINT trace_metrics_pk PRIMARY KEY (request_id, key),
    FOREIGN KEY (request_id) REFERENCES trace_info (request_id) ON DELETE CASCADE
  );
  CREATE TABLE span_metrics (
    trace_id VARCHAR(50) NOT NULL, span_id VARCHAR(50) NOT NULL, key VARCHAR(250) NOT NULL, value FLOAT,
    CONSTRAINT span_metrics_pk PRIMARY KEY (trace_id, span_id, key),
    FOREIGN KEY (trace_id, span_id) REFERENCES spans (trace_id, span_id) ON DELETE CASCADE
  );
  ALTER TABLE spans ADD COLUMN dimension_attributes JSON;`;

/**
 * Does to the registry's tables of an MLflow 3.8 file what MLflow 3.10 does when it upgrades one, and to
 * those of experiments, traces and datasets what matters here.
 * The suites that run against real MLflow releases let MLflow do it.
 */
export function upgradeToWorkspaces(path: string, workspaces: readonly string[] = []): void {
  withDatabase(path, (db) => {
    db.exec("PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE");
    for (const [table, columns] of Object.entries(tables)) {
      const { names } = db
        .prepare("SELECT group_concat(name, ', ') AS names FROM pragma_table_info(?)")
        .get(table) as { names: string };
      db.exec(`
        CREATE TABLE upgraded (${columns});
        INSERT INTO upgraded (${names}) SELECT ${names} FROM ${table};
        DROP TABLE ${table};
        ALTER TABLE upgraded RENAME TO ${table};`);
    }
    for (const table of ["experiments", "evaluation_datasets"]) {
      const column = "workspace VARCHAR(63) DEFAULT 'default' NOT NULL";
      db.exec(`ALTER TABLE ${table} ADD COLUMN ${column}`);
    }
    db.exec(metricsTables);
    db.exec("CREATE TABLE workspaces (name VARCHAR(63) NOT NULL PRIMARY KEY, description TEXT)");
    const insert = db.prepare("INSERT INTO workspaces (name) VALUES (?)");
    for (const name of ["default", ...workspaces]) insert.run(name);
    db.exec("UPDATE alembic_version SET version_num = '1b5f0d9ad7c1'; COMMIT");
  });
}
