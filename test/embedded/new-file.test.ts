import { existsSync, readdirSync, statSync, watch, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createEmbeddedFile } from "../../src/embedded/embedded-file.ts";
import { applicationId, migrations } from "../../src/embedded/file/migrations.ts";
import { withDatabase } from "../support/database.ts";
import { describeSchema, type TableDescription } from "../support/sqlite-schema.ts";
import { newPath, openFile, sql, temporaryDirectory, text } from "./support.ts";

describe("a new file", () => {
  it("is created by the first call, in directories that only its user may enter", async () => {
    const path = join(temporaryDirectory(), "a", "b", "registry.db");
    const file = openFile(path);
    const registry = file.registry({});
    expect(existsSync(join(path, "..", ".."))).toBe(false);

    const description = await registry.describe();

    expect(description).toEqual({
      backend: "embedded",
      location: path,
      release: "3.8",
      capabilities: { workspaces: false, atomicWrites: true },
    });
    expect(statSync(join(path, "..")).mode & 0o777).toBe(0o700);
    expect(statSync(join(path, "..", "..")).mode & 0o777).toBe(0o700);
  });

  it("may be an existing empty file", async () => {
    const path = newPath();
    writeFileSync(path, "");

    await openFile(path).registry({}).createPrompt("greeting", {});

    expect(sql(path, "SELECT name FROM registered_models")).toEqual([{ name: "greeting" }]);
  });

  it("can be read and written by its user alone, whatever lies beside it while it is written", async () => {
    const path = newPath();
    const mode = process.umask(0);
    onTestFinished(() => void process.umask(mode));
    const modes = new Set<number>();
    const watcher = watch(join(path, ".."), (_, name) => {
      const file = name && statSync(join(path, "..", name), { throwIfNoEntry: false });
      if (file) modes.add(file.mode & 0o777);
    });
    onTestFinished(() => watcher.close());

    const { registry } = openFile(path);
    await expect
      .poll(async () => {
        await registry({}).registerVersion("greeting", text("Hello"), { force: true });
        return [...modes];
      })
      .toEqual([0o600]);

    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("has the mark of this program and no write-ahead log", async () => {
    const path = newPath();

    await openFile(path).registry({}).describe();

    expect(sql(path, "PRAGMA application_id")).toEqual([{ application_id: applicationId }]);
    expect(sql(path, "PRAGMA user_version")).toEqual([{ user_version: migrations.length }]);
    expect(sql(path, "PRAGMA journal_mode")).toEqual([{ journal_mode: "delete" }]);
    expect(sql(path, "PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
  });

  it("keeps its prompts when it is closed and opened again", async () => {
    const path = newPath();
    const first = createEmbeddedFile({ path, samples: false });
    const { version } = await first.registry({}).registerVersion("greeting", text("Hello"));
    first.close();
    // All data is in the file itself, so a copy is complete.
    expect(readdirSync(join(path, ".."))).toEqual(["registry.db"]);

    const again = await openFile(path).registry({}).getVersion("greeting", "latest");

    expect(again).toEqual(version);
  });

  it("shares one connection among its views", async () => {
    const file = openFile(newPath());
    await file.registry({}).registerVersion("greeting", text("Hello"));

    expect(await file.registry({}).getPrompt("greeting")).toMatchObject({ name: "greeting" });
  });
});

describe("the schema of a new file", () => {
  it("is the size of MLflow 3.8's, which the suites against real MLflow compare in full", async () => {
    const path = newPath();
    await openFile(path).registry({}).describe();

    const { tables } = describeSchema(path);

    expect(sql(path, "SELECT * FROM alembic_version")).toEqual([{ version_num: "1bd49d398cd23" }]);
    const sum = (count: (table: TableDescription) => number) =>
      Object.values(tables).reduce((total, table) => total + count(table), 0);
    expect({
      tables: Object.keys(tables).length,
      columns: sum(({ columns }) => columns.length),
      foreignKeys: sum(({ foreignKeys }) => foreignKeys.length),
      indexes: sum(({ indexes }) => indexes.length),
      constraints: sum(({ constraints }) => constraints.length),
    }).toEqual({ tables: 40, columns: 260, foreignKeys: 35, indexes: 84, constraints: 85 });
  });

  it("computes the duration of spans and guards the names of secrets", async () => {
    const path = newPath();
    await openFile(path).registry({}).describe();

    withDatabase(path, (db) => {
      db.exec(`
        INSERT INTO experiments (experiment_id, name) VALUES (1, 'x');
        INSERT INTO trace_info (request_id, experiment_id, timestamp_ms, status) VALUES ('t', 1, 1, 'OK');
        INSERT INTO spans (trace_id, experiment_id, span_id, status, start_time_unix_nano, end_time_unix_nano, content)
        VALUES ('t', 1, 's', 'OK', 100, 350, '{}');
        INSERT INTO secrets (secret_id, secret_name, encrypted_value, wrapped_dek, kek_version, masked_value, created_at, last_updated_at)
        VALUES ('1', 'key', x'00', x'00', 1, '***', 1, 1)`);
      expect(db.prepare("SELECT duration_ns FROM spans").all()).toEqual([{ duration_ns: 250 }]);
      expect(() => db.exec("UPDATE secrets SET secret_name = 'other'")).toThrow("immutable");
      expect(() => db.exec("UPDATE experiments SET lifecycle_stage = 'lost'")).toThrow("CHECK");
      expect(() => db.exec("INSERT INTO tags (key, run_uuid) VALUES ('a', 'none')")).toThrow(
        "FOREIGN KEY",
      );
    });
  });
});
