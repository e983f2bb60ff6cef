import {
  chmodSync,
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Libsql from "libsql";
import { describe, expect, it, onTestFinished } from "vitest";
import { createEmbeddedFile } from "../../src/embedded/embedded-file.ts";
import { mlflowSchema } from "../../src/embedded/file/schema/mlflow-3.8.ts";
import type { PromptRegistry } from "../../src/registry/prompt-registry.ts";
import { refused } from "../contract/support.ts";
import { makeMlflowFile, newPath, openFile, sql, temporaryDirectory, text } from "./support.ts";

const isRoot = process.getuid?.() === 0;
const nobody = 65_534;

describe("a path without a usable registry", () => {
  it("may be a directory", async () => {
    const path = temporaryDirectory();

    await refused(openFile(path).registry({}).describe(), "unavailable", path, "is a directory");
  });

  it("may be below a file", async () => {
    const path = join(newPath(), "registry.db");
    writeFileSync(join(path, ".."), "");

    await refused(openFile(path).registry({}).describe(), "unavailable", path, "directory");
  });

  it("may be another kind of file", async () => {
    const path = newPath();
    writeFileSync(path, "name: not a database\n".repeat(100));

    await refused(openFile(path).registry({}).describe(), "unreadable", path, "SQLite");
  });

  it("may be another program's database", async () => {
    const path = newPath();
    sql(path, "CREATE TABLE notes (words TEXT)");

    await refused(openFile(path).registry({}).describe(), "unreadable", path, "another program");
    expect(sql(path, "SELECT name FROM sqlite_master")).toEqual([{ name: "notes" }]);
  });

  it("may be damaged", async () => {
    const path = newPath();
    makeMlflowFile(path);
    sql(path, "DELETE FROM alembic_version");

    await refused(openFile(path).registry({}).describe(), "unavailable", path, "two schemas");
  });

  it("may have rows that MLflow would not write", async () => {
    const path = newPath();
    makeMlflowFile(path);
    const registry = openFile(path).registry({});
    await registry.registerVersion("greeting", text("Hello"));
    sql(path, "UPDATE model_versions SET creation_time = 'yesterday'");

    await refused(registry.getVersion("greeting", "latest"), "unreadable", path, "creation_time");
  });

  it("may have been closed", async () => {
    const path = newPath();
    const file = createEmbeddedFile({ path, samples: false });
    await file.registry({}).describe();
    file.close();

    await refused(file.registry({}).describe(), "unavailable", path, "closed");
  });
});

describe("a file that cannot be written", () => {
  it("is read, and its writes say why they fail", async () => {
    const path = newPath();
    makeMlflowFile(path);
    await openFile(path).registry({}).registerVersion("greeting", text("Hello"));

    await withoutWriting(path, async () => {
      const registry = openFile(path).registry({});
      expect(await registry.getVersion("greeting", "latest")).toMatchObject({ version: 1 });
      await refused(
        registry.createPrompt("other", {}),
        "unavailable",
        path,
        "cannot be written",
        "permission",
      );
    });
  });

  it("is read without a log too, and opened again after it has changed", async () => {
    const path = newPath();
    const usesLog = { usesLog: true };
    const greeting = (registry: PromptRegistry) =>
      registry.registerVersion("greeting", text("Hello"));
    await closedAfter(path, greeting, usesLog);

    await withoutWriting(path, async () => {
      const registry = openFile(path, { samples: true }).registry({});
      expect(await registry.getVersion("greeting", "latest")).toMatchObject({ version: 1 });
      await refused(registry.createPrompt("other", {}), "unavailable", path, "cannot be written");

      allow(path);
      await closedAfter(path, (another) => another.createPrompt("another", {}), usesLog);
      forbid(path);
      await refused(registry.getPrompt("greeting"), "not_found", "greeting");
      expect(await registry.getPrompt("another")).toMatchObject({ name: "another" });
    });
  });

  it("reports that its log cannot be used either", async () => {
    const path = newPath();
    const work = (registry: PromptRegistry) => registry.registerVersion("greeting", text("Hello"));
    await closedAfter(path, work, { usesLog: true });
    writeFileSync(`${path}-wal`, "x".repeat(64));

    await withoutWriting(path, async () => {
      await refused(openFile(path).registry({}).describe(), "unavailable", `${path}-wal`);
    });
  });

  it("is not created without permission to create files", async () => {
    const path = newPath();

    await withoutWriting(path, async () => {
      await refused(openFile(path).registry({}).describe(), "unavailable", path, "permission");
      const below = join(path, "..", "deeper", "registry.db");
      await refused(openFile(below).registry({}).describe(), "unavailable", below, "EACCES");
    });
  });
});

describe("a file that is locked", () => {
  it("is waited for without blocking the event loop", async () => {
    const path = newPath();
    const registry = openFile(path).registry({});
    await registry.describe();
    const unlock = lock(path);
    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
    }, 10);

    const write = registry.createPrompt("greeting", {});
    await sleep(300);
    unlock();

    expect(await write).toMatchObject({ name: "greeting" });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(5);
  });

  it("can be read unless a commit is in progress", async () => {
    const path = newPath();
    const registry = openFile(path).registry({});
    await registry.createPrompt("greeting", {});
    lock(path);

    expect(await registry.getPrompt("greeting")).toMatchObject({ name: "greeting" });
  });

  it("times out with an error that says what to do", async () => {
    const path = newPath();
    const registry = openFile(path, { lockTimeoutMs: 100 }).registry({});
    await registry.describe();
    lock(path);

    await refused(registry.createPrompt("greeting", {}), "unavailable", path, "locked");
  });

  it("is no longer waited for when the caller cancels", async () => {
    const path = newPath();
    const registry = openFile(path).registry({});
    await registry.describe();
    const unlock = lock(path);

    const signal = AbortSignal.timeout(100);
    await refused(registry.createPrompt("greeting", {}, { signal }), "cancelled");

    unlock();
    await refused(registry.getPrompt("greeting"), "not_found");
  });
});

describe("a file that is truncated while it is in use", () => {
  it.each([
    ["to nothing", () => 0],
    ["in the middle", (size: number) => size / 2],
    ["by its last page", (size: number) => size - 4_096],
    ["by a few bytes", (size: number) => size - 10],
  ])("is refused from then on, %s, until it is whole again", async (_, cut) => {
    const path = newPath();
    const registry = openFile(path).registry({});
    await registry.registerVersion("greeting", text("Hello"));
    const copy = `${path}.copy`;
    copyFileSync(path, copy);
    const { size } = statSync(path);

    truncateSync(path, cut(size));

    for (const _ of ["at once", "and always"]) {
      await refused(
        registry.getPrompt("greeting"),
        "unreadable",
        path,
        "was truncated",
        String(size),
      );
      await refused(registry.createPrompt("other", {}), "unreadable", path, "was truncated");
    }
    expect(statSync(path).size).toBe(cut(size));

    copyFileSync(copy, path);
    expect(await registry.getPrompt("greeting")).toMatchObject({ name: "greeting" });
  });

  it("stays in use after another program has compacted it", async () => {
    const path = newPath();
    const registry = openFile(path).registry({});
    await registry.registerVersion("greeting", text("Hello"));
    await registry.registerVersion("long", text("x".repeat(90_000)));
    await registry.deletePrompt("long");
    const { size } = statSync(path);

    sql(path, "VACUUM");

    expect(await registry.getPrompt("greeting")).toMatchObject({ name: "greeting" });
    expect(statSync(path).size).toBeLessThan(size);
  });
});

describe("a write-ahead log that is not the file's own", () => {
  /** The log of another database with the same tables, which a program has open. */
  async function foreignLog(): Promise<string> {
    const path = newPath();
    const other = new Libsql(path);
    onTestFinished(() => void other.close());
    other.exec("PRAGMA journal_mode = WAL");
    other.exec(`BEGIN; ${mlflowSchema}; COMMIT`);
    other.exec("INSERT INTO registered_models (name) VALUES ('of another file')");
    return `${path}-wal`;
  }

  it("is never applied when the file is opened", async () => {
    const path = newPath();
    await closedAfter(path, (registry) => registry.registerVersion("greeting", text("Hello")));
    copyFileSync(await foreignLog(), `${path}-wal`);
    const before = readFileSync(path);

    const registry = openFile(path).registry({});

    await refused(registry.getPrompt("greeting"), "unreadable", `${path}-wal`, "Move the log away");
    expect(readFileSync(path)).toEqual(before);
    rmSync(`${path}-wal`);
    expect(await registry.getPrompt("greeting")).toMatchObject({ name: "greeting" });
  });

  it("is never applied while the file is open", async () => {
    const path = newPath();
    const registry = openFile(path).registry({});
    await registry.registerVersion("greeting", text("Hello"));
    const before = readFileSync(path);

    copyFileSync(await foreignLog(), `${path}-wal`);

    await refused(registry.getPrompt("greeting"), "unreadable", `${path}-wal`);
    await refused(registry.createPrompt("other", {}), "unreadable", `${path}-wal`);
    expect(readFileSync(path)).toEqual(before);
  });

  it("prevents the creation of a new file", async () => {
    const path = newPath();
    copyFileSync(await foreignLog(), `${path}-wal`);

    await refused(openFile(path).registry({}).describe(), "unreadable", `${path}-wal`);

    expect(existsSync(path)).toBe(false);
  });

  it("is distinguished from the log of a file in WAL mode", async () => {
    const path = newPath();
    makeMlflowFile(path);
    const other = new Libsql(path);
    onTestFinished(() => void other.close());
    other.exec("PRAGMA journal_mode = WAL");
    other.exec("INSERT INTO registered_models (name) VALUES ('in the log')");
    other.exec(
      "INSERT INTO registered_model_tags (name, key, value) VALUES ('in the log', 'mlflow.prompt.is_prompt', 'true')",
    );

    const prompt = await openFile(path).registry({}).getPrompt("in the log");

    expect(prompt).toMatchObject({ name: "in the log" });
  });
});

describe("a path that another file takes", () => {
  it("leads to that file from the next call on", async () => {
    const path = newPath();
    const other = newPath();
    const registry = openFile(path).registry({});
    await registry.createPrompt("old", {});
    await closedAfter(other, (another) => another.createPrompt("new", {}));

    renameSync(other, path);

    expect(await registry.getPrompt("new")).toMatchObject({ name: "new" });
    await refused(registry.getPrompt("old"), "not_found");
  });

  it("is a new file when the old one was removed", async () => {
    const path = newPath();
    const registry = openFile(path).registry({});
    await registry.createPrompt("old", {});

    rmSync(path);

    await registry.createPrompt("new", {});
    expect(sql(path, "SELECT name FROM registered_models")).toEqual([{ name: "new" }]);
  });
});

/**
 * Puts a file at the path that the work was done on and that nobody has open. It is a copy, because
 * the driver closes a file for good only when its statements are collected.
 */
async function closedAfter(
  path: string,
  work: (registry: PromptRegistry) => Promise<unknown>,
  options: { readonly usesLog?: boolean } = {},
): Promise<void> {
  const original = newPath();
  const file = createEmbeddedFile({ path: original, samples: false });
  await work(file.registry({}));
  file.close();
  if (options.usesLog) sql(original, "PRAGMA journal_mode = WAL");
  copyFileSync(original, path);
}

/** Holds the write lock, as another process would. */
function lock(path: string): () => void {
  const db = new Libsql(path);
  db.exec("BEGIN IMMEDIATE");
  onTestFinished(() => {
    db.close();
  });
  return () => db.exec("ROLLBACK");
}

/** Runs the work as a user who can read the file and its directory but not write them. */
async function withoutWriting(path: string, work: () => Promise<void>): Promise<void> {
  forbid(path);
  try {
    await work();
  } finally {
    allow(path);
  }
}

function forbid(path: string): void {
  if (existsSync(path)) chmodSync(path, 0o444);
  chmodSync(dirname(path), 0o555);
  // Permissions do not apply to root.
  if (isRoot) process.seteuid?.(nobody);
}

function allow(path: string): void {
  if (isRoot) process.seteuid?.(0);
  chmodSync(dirname(path), 0o755);
  if (existsSync(path)) chmodSync(path, 0o644);
}
