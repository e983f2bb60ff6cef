import { execFile } from "node:child_process";
import { renameSync, rmSync } from "node:fs";
import { promisify } from "node:util";
import Database from "libsql";
import { describe, expect, it, onTestFinished } from "vitest";
import type { EmbeddedFile } from "../../src/embedded/embedded-file.ts";
import { makeMlflowFile, newPath, openFile, text } from "./support.ts";
import { workerBundle } from "./worker-bundle.ts";

const anything = [{ listed: true }];

async function opened(path: string): Promise<EmbeddedFile> {
  const file = openFile(path);
  await file.registry({}).registerVersion("mine", text("One"));
  return file;
}

/** Another connection to the file, as another process has one. */
function connect(path: string): Database.Database {
  const db = new Database(path);
  onTestFinished(() => {
    db.close();
  });
  return db;
}

describe("the change detector of a database file", () => {
  const worker = workerBundle("worker.ts");
  const write = (path: string) => promisify(execFile)(process.execPath, [worker.path, path, "1"]);

  it("reports writes of another process, once, and no writes of this one", async () => {
    const path = newPath();
    const file = await opened(path);
    const detector = file.changeDetector();
    expect(await detector.detect()).toEqual([]);
    await file.registry({}).registerVersion("mine", text("Two"));
    expect(await detector.detect()).toEqual([]);

    await write(path);

    expect(await detector.detect()).toEqual(anything);
    expect(await detector.detect()).toEqual([]);
  });

  it("opens no file", async () => {
    const path = newPath();
    const file = openFile(path);
    const detector = file.changeDetector();

    await write(path);

    expect(await detector.detect()).toEqual([]);
    expect(file.revision()).toBeUndefined();
    expect(file.firstRevision()).toBeUndefined();
  });

  it("reports that another file has the path, and that the file was removed", async () => {
    const path = newPath();
    const file = await opened(path);
    const detector = file.changeDetector();
    await detector.detect();

    const other = newPath();
    await write(other);
    renameSync(other, path);
    expect(await detector.detect()).toEqual(anything);
    expect(await detector.detect()).toEqual([]);
    await file.registry({}).searchPrompts({ limit: 1 });
    await detector.detect();
    rmSync(path);
    expect(await detector.detect()).toEqual(anything);
  });

  it("does not wait for a lock: it reports a write after the commit", async () => {
    const path = newPath();
    makeMlflowFile(path);
    const file = await opened(path);
    const detector = file.changeDetector();
    await detector.detect();
    const db = connect(path);
    db.exec("BEGIN EXCLUSIVE");
    db.exec("UPDATE registered_models SET description = 'Theirs'");

    expect(await detector.detect()).toEqual([]);
    db.exec("COMMIT");

    expect(await detector.detect()).toEqual(anything);
    expect(await detector.detect()).toEqual([]);
  });
});

describe("the revision of a database file", () => {
  it("changes after every write of another connection, and after none of this one", async () => {
    const path = newPath();
    const file = await opened(path);
    const db = connect(path);
    const seen = [file.revision()];
    for (let n = 0; n < 3; n++) {
      db.exec(`UPDATE registered_models SET description = 'Theirs ${n}'`);
      await file.registry({}).registerVersion("mine", text(`Own ${n}`));
      seen.push(file.revision());
      expect(file.revision()).toBe(seen.at(-1));
    }

    expect(new Set(seen).size).toBe(4);
    expect(seen).not.toContain(undefined);
    expect(file.firstRevision()).toBe(seen[0]);
  });

  it("is unique while it cannot be read, and never waits", async () => {
    const path = newPath();
    makeMlflowFile(path);
    const file = await opened(path);
    const before = file.revision();
    connect(path).exec("BEGIN EXCLUSIVE");

    const seen = [before];
    const took = Array.from({ length: 20 }, () => {
      const begin = performance.now();
      seen.push(file.revision());
      return performance.now() - begin;
    });

    // With its timeout the driver would wait 20 ms each time, so the fastest of many calls shows the difference.
    expect(Math.min(...took)).toBeLessThan(20);
    expect(new Set(seen).size).toBe(21);
  });
});
