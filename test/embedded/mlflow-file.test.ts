import { describe, expect, it } from "vitest";
import { refused } from "../contract/support.ts";
import { withDatabase } from "../support/database.ts";
import { describeSchema } from "../support/sqlite-schema.ts";
import { makeMlflowFile, newPath, openFile, sql, text } from "./support.ts";
import { upgradeToWorkspaces } from "./upgrade.ts";

const prompt = "greeting";

describe("a database file of MLflow", () => {
  it("is unchanged except for the rows", async () => {
    const path = newPath();
    makeMlflowFile(path);
    const schema = describeSchema(path);

    await openFile(path, { samples: true }).registry({}).registerVersion(prompt, text("Hello"));

    expect(describeSchema(path)).toEqual(schema);
    expect(sql(path, "PRAGMA application_id")).toEqual([{ application_id: 0 }]);
    expect(sql(path, "PRAGMA user_version")).toEqual([{ user_version: 0 }]);
    expect(sql(path, "PRAGMA journal_mode")).toEqual([{ journal_mode: "delete" }]);
    expect(sql(path, "SELECT name FROM registered_models")).toEqual([{ name: prompt }]);
  });

  it("may have a text that is null, which is unreadable and not an empty text", async () => {
    const path = newPath();
    makeMlflowFile(path);
    const registry = openFile(path).registry({});
    await registry.registerVersion(prompt, text("Hello", { tags: { team: "docs" } }));
    sql(
      path,
      "UPDATE model_version_tags SET value = NULL WHERE key IN ('mlflow.prompt.text', 'team')",
    );

    const version = await registry.getVersion(prompt, "latest");

    expect(version).toMatchObject({ template: { kind: "unreadable" }, tags: { team: "" } });
  });

  it("has a prompt on the pages of the experiments that it was registered for, once each", async () => {
    const path = newPath();
    makeMlflowFile(path);
    const file = openFile(path);
    for (const experimentId of ["1", "7", "1"]) {
      await file.registry({ experimentId }).registerVersion(prompt, text(`For ${experimentId}`));
    }
    await file.registry({ experimentId: "9" }).registerVersion(prompt, text("For 1"));
    await file.registry({}).registerVersion(prompt, text("For none"));

    const tags = "SELECT value FROM registered_model_tags WHERE key = '_mlflow_experiment_ids'";
    expect(sql(path, tags)).toEqual([{ value: ",1,7," }]);
    expect(await file.registry({}).getPrompt(prompt)).toMatchObject({ tags: {} });
  });

  it("gets the rows that MLflow would write", async () => {
    const path = newPath();
    makeMlflowFile(path);
    const { version } = await openFile(path)
      .registry({})
      .registerVersion(prompt, text("Hello", { commitMessage: "First", tags: { team: "docs" } }));

    const time = expect.closeTo(version.createdAt, -3);
    expect(sql(path, "SELECT * FROM registered_models")).toEqual([
      { name: prompt, creation_time: time, last_updated_time: time, description: "First" },
    ]);
    expect(sql(path, "SELECT key, value FROM registered_model_tags ORDER BY key")).toEqual([
      { key: "mlflow.prompt.is_prompt", value: "true" },
      { key: "team", value: "docs" },
    ]);
    expect(sql(path, "SELECT * FROM model_versions")).toEqual([
      {
        name: prompt,
        version: 1,
        creation_time: time,
        last_updated_time: time,
        description: "First",
        user_id: null,
        current_stage: "None",
        source: "prompt-template",
        run_id: "",
        status: "READY",
        status_message: null,
        run_link: "",
        storage_location: "prompt-template",
      },
    ]);
    expect(sql(path, "SELECT key, value FROM model_version_tags ORDER BY key")).toEqual([
      { key: "_mlflow_prompt_type", value: "text" },
      { key: "mcp.write_id", value: version.tags["mcp.write_id"] },
      { key: "mlflow.prompt.is_prompt", value: "true" },
      { key: "mlflow.prompt.text", value: "Hello" },
      { key: "team", value: "docs" },
    ]);
    expect(
      sql(path, "SELECT typeof(version) AS v, typeof(creation_time) AS t FROM model_versions"),
    ).toEqual([{ v: "integer", t: "integer" }]);
  });

  it("keeps a deleted version as MLflow does: redacted, without aliases, its number not reused", async () => {
    const path = newPath();
    makeMlflowFile(path);
    const registry = openFile(path).registry({});
    await registry.registerVersion(prompt, text("Hello", { commitMessage: "First" }));
    await registry.setAlias(prompt, "production", 1);
    sql(path, "UPDATE registered_models SET last_updated_time = 5");

    await registry.deleteVersion(prompt, 1);

    expect(sql(path, "SELECT * FROM model_versions")).toMatchObject([
      {
        description: null,
        user_id: null,
        current_stage: "Deleted_Internal",
        source: "REDACTED-SOURCE-PATH",
        run_id: "REDACTED-RUN-ID",
        status: "READY",
        run_link: "REDACTED-RUN-LINK",
      },
    ]);
    expect(sql(path, "SELECT * FROM registered_model_aliases")).toEqual([]);
    const { updatedAt } = await registry.getPrompt(prompt);
    expect(updatedAt).toBeGreaterThan(5);
  });

  it("has nothing left of a deleted prompt", async () => {
    const path = newPath();
    makeMlflowFile(path);
    const registry = openFile(path).registry({});
    await registry.registerVersion(prompt, text("Hello", { tags: { a: "b" } }));
    await registry.setAlias(prompt, "production", 1);
    await registry.registerVersion(prompt, text("Bye"));
    await registry.deleteVersion(prompt, 2);

    await registry.deletePrompt(prompt);

    for (const table of ["models", "model_tags", "model_aliases"]) {
      expect(sql(path, `SELECT * FROM registered_${table}`)).toEqual([]);
    }
    expect(sql(path, "SELECT * FROM model_versions")).toEqual([]);
    expect(sql(path, "SELECT * FROM model_version_tags")).toEqual([]);
  });

  it("may have names and values that this program rejects in writes: it reads them", async () => {
    const path = newPath();
    makeMlflowFile(path);
    const registry = openFile(path).registry({});
    await registry.registerVersion(prompt, text("Hello"));
    withDatabase(path, (db) => {
      db.exec(`
        PRAGMA foreign_keys = OFF;
        UPDATE registered_models SET name = 'grüße, "alle"', description = NULL;
        UPDATE registered_model_tags SET name = 'grüße, "alle"';
        UPDATE model_versions SET name = 'grüße, "alle"', description = NULL, user_id = 'ann';
        UPDATE model_version_tags SET name = 'grüße, "alle"'`);
    });
    const name = 'grüße, "alle"';

    expect(await registry.getPrompt(name)).toMatchObject({ description: "" });
    expect(await registry.searchPrompts({ nameContains: "GRÜSSE", limit: 5 })).toEqual({
      items: [],
    });
    expect((await registry.searchPrompts({ nameContains: "GRÜ", limit: 5 })).items).toHaveLength(1);
    const { version } = await registry.registerVersion(name, text("Again"));
    expect(version).toMatchObject({ name, version: 2 });
    expect(await registry.getVersion(name, { version: 1 })).toMatchObject({
      commitMessage: "",
      userId: "ann",
    });
  });

  it("may have an alias of a deleted version, kept by MLflow up to 3.16, which is not returned", async () => {
    const path = newPath();
    makeMlflowFile(path);
    const registry = openFile(path).registry({});
    await registry.registerVersion(prompt, text("One"));
    await registry.registerVersion(prompt, text("Two"));
    await registry.setAlias(prompt, "production", 2);
    sql(path, "UPDATE model_versions SET current_stage = 'Deleted_Internal' WHERE version = 2");

    expect(await registry.getPrompt(prompt)).toMatchObject({ aliases: {}, latest: { version: 1 } });
    expect(await registry.searchPrompts({ alias: "production", limit: 5 })).toEqual({ items: [] });
    await refused(registry.getVersion(prompt, { alias: "production" }), "not_found", "production");
    // The alias can still be set to a live version.
    await registry.deleteAlias(prompt, "production");
    expect(sql(path, "SELECT * FROM registered_model_aliases")).toEqual([]);
  });

  it("may have a version without a stage, which MLflow never returns", async () => {
    const path = newPath();
    makeMlflowFile(path);
    const registry = openFile(path).registry({});
    await registry.registerVersion(prompt, text("One"));
    sql(path, "UPDATE model_versions SET current_stage = NULL");

    expect(await registry.getPrompt(prompt)).not.toHaveProperty("latest");
    expect(await registry.registerVersion(prompt, text("Two"))).toMatchObject({
      version: { version: 2 },
    });
  });

  it("is read with its new schema after MLflow has upgraded it", async () => {
    const path = newPath();
    makeMlflowFile(path);
    const registry = openFile(path).registry({});
    await registry.registerVersion(prompt, text("One"));

    upgradeToWorkspaces(path);

    expect(await registry.describe()).toMatchObject({
      release: "3.10",
      workspace: "default",
      capabilities: { workspaces: true, atomicWrites: true },
    });
    const { version } = await registry.registerVersion(prompt, text("Two"));
    expect(version).toMatchObject({ version: 2 });
    expect(sql(path, "SELECT DISTINCT workspace FROM model_version_tags")).toEqual([
      { workspace: "default" },
    ]);
  });

  it("is refused while MLflow is upgrading it", async () => {
    const path = newPath();
    makeMlflowFile(path);
    const registry = openFile(path).registry({});
    await registry.describe();
    sql(path, "ALTER TABLE model_versions ADD COLUMN workspace VARCHAR(63)");

    await refused(registry.describe(), "unavailable", path, "between two schemas");

    sql(path, "ALTER TABLE model_versions DROP COLUMN workspace");
    expect(await registry.describe()).toMatchObject({ release: "3.8" });
  });

  it("is refused when its schema is not known", async () => {
    const path = newPath();
    makeMlflowFile(path);
    const registry = openFile(path).registry({});
    await registry.describe();
    sql(path, "UPDATE alembic_version SET version_num = 'abcdef123456'");

    await refused(
      registry.searchPrompts({ limit: 1 }),
      "unreadable",
      path,
      '"abcdef123456"',
      "MLflow 3.8 to 3.18",
      "MLFLOW_TRACKING_URI",
    );
  });

  it.each([
    ["c8d9e0f1a2b3", undefined],
    ["dc11669786a5", "3.17"],
    ["f4a9b2c7d1e6", "3.18"],
  ])("at revision %s is one of MLflow %s", async (revision, release) => {
    const path = newPath();
    makeMlflowFile(path);
    sql(path, "UPDATE alembic_version SET version_num = ?", revision);

    const description = await openFile(path).registry({}).describe();

    expect(description.release).toBe(release);
  });
});
