import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createEmbeddedFile, type EmbeddedFile } from "../../src/embedded/embedded-file.ts";
import { mlflowSchema } from "../../src/embedded/file/schema/mlflow-3.8.ts";
import type { VersionDraft } from "../../src/registry/types.ts";
import { withDatabase } from "../support/database.ts";

/** A directory that is deleted after the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "embedded-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** The path of a database file that does not exist yet. */
export function newPath(): string {
  return join(temporaryDirectory(), "registry.db");
}

/** The file at the path; it is closed after the test. */
export function openFile(
  path: string,
  options: { readonly samples?: boolean; readonly lockTimeoutMs?: number } = {},
): EmbeddedFile {
  const file = createEmbeddedFile({ path, samples: false, ...options });
  onTestFinished(() => file.close());
  return file;
}

/** The rows of one statement that another program runs on the file. */
export function sql(path: string, statement: string, ...values: unknown[]): unknown[] {
  return withDatabase(path, (db) => db.prepare(statement).all(...values));
}

/** Creates a file as MLflow 3.8 does: without this program's mark, and not in WAL mode. */
export function makeMlflowFile(path: string): void {
  withDatabase(path, (db) => db.exec(mlflowSchema));
}

export function text(words: string, rest: Omit<VersionDraft, "template"> = {}): VersionDraft {
  return { template: { kind: "text", text: words }, ...rest };
}
