import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { type Available, available } from "./mlflow-install.ts";

const run = promisify(execFile);

/** A PostgreSQL server whose user may create databases. */
const admin =
  process.env.MLFLOW_PROMPTS_TEST_POSTGRES || "postgresql://postgres@127.0.0.1:5432/postgres";

export async function postgresAvailable(): Promise<Available> {
  return available(async () => {
    await query("SELECT 1").catch((cause: unknown) => {
      throw new Error("There is no PostgreSQL: name one in MLFLOW_PROMPTS_TEST_POSTGRES.", {
        cause,
      });
    });
  });
}

export interface TestDatabase {
  /** As SQLAlchemy takes it. */
  readonly uri: string;
  /** Ends every connection to it, as a failover does. */
  cutConnections(): Promise<void>;
  drop(): Promise<void>;
}

/** A fresh database, and how to be rid of it. */
export async function createDatabase(): Promise<TestDatabase> {
  const name = `mlflow_prompts_test_${randomBytes(6).toString("hex")}`;
  await query(`CREATE DATABASE ${name}`);
  const uri = new URL(admin);
  uri.pathname = `/${name}`;
  return {
    // SQLAlchemy 2.1 takes psycopg 3 for the bare scheme; psycopg2 is what MLflow's users have.
    uri: uri.href.replace(/^postgres(ql)?:/, "postgresql+psycopg2:"),
    cutConnections: () =>
      query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}' AND pid <> pg_backend_pid()`,
      ),
    drop: () => query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function query(sql: string): Promise<void> {
  await run("psql", [admin, "--quiet", "--no-psqlrc", "--command", sql], {
    env: { ...process.env, PGCONNECT_TIMEOUT: "5" },
  });
}
