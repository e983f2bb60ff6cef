import Libsql from "libsql";
import { describe, expect, it } from "vitest";
import { Database } from "../../../src/embedded/file/database.ts";
import { migrate, migrations } from "../../../src/embedded/file/migrations.ts";
import { refused } from "../../contract/support.ts";
import { newPath, openFile, sql } from "../support.ts";

const addNotes = (db: Database) => db.run("CREATE TABLE notes (words TEXT)");

describe("migrations", () => {
  it("upgrade a file of this program, each step once", async () => {
    const path = newPath();
    await openFile(path).registry({}).describe();
    const db = new Database(new Libsql(path));

    migrate(db, path, undefined, [...migrations, addNotes]);
    migrate(db, path, undefined, [...migrations, addNotes]);

    expect(sql(path, "PRAGMA user_version")).toEqual([{ user_version: migrations.length + 1 }]);
    expect(sql(path, "SELECT * FROM notes")).toEqual([]);
  });

  it("are atomic", async () => {
    const path = newPath();
    const db = new Database(new Libsql(path));
    const fail = () => {
      throw new Error("The power is gone.");
    };

    expect(() => migrate(db, path, undefined, [...migrations, fail])).toThrow("power");

    expect(sql(path, "SELECT name FROM sqlite_master")).toEqual([]);
    expect(sql(path, "PRAGMA application_id")).toEqual([{ application_id: 0 }]);
    await openFile(path).registry({}).createPrompt("greeting", {});
  });

  it("never downgrade: a file of a newer release is rejected", async () => {
    const path = newPath();
    await openFile(path).registry({}).describe();
    sql(path, `PRAGMA user_version = ${migrations.length + 1}`);

    await refused(openFile(path).registry({}).describe(), "unreadable", path, "newer release");
  });
});
