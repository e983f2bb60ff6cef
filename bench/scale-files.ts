import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import type Database from "libsql";
import { createEmbeddedFile } from "../src/embedded/embedded-file.ts";
import { upgradeToWorkspaces } from "../test/embedded/upgrade.ts";
import { withDatabase } from "../test/support/database.ts";
import { workFolder } from "./built.ts";
import { copyPrompt, copyVersion, copyWorkspace } from "./copied-rows.ts";
import { newestAlias, promptName, versionsOfPrompt } from "./prompts.ts";
import { addPrompts, registryFile } from "./registry-files.ts";

/** How much a registry has of everything. */
export interface Extent {
  readonly prompts: number;
  /** Versions of the prompt that has many. */
  readonly versions: number;
  /** Characters of the longest template. */
  readonly characters: number;
}

/** The two prompts that differ from the rest. */
export const manyVersions = "many-versions";
export const longTemplate = "long-template";

/** Makes a database file that has as much; returns its path. Each has a name of its own. */
export async function fileOf(
  use: "file" | "mlflow",
  { prompts, versions, characters }: Extent,
): Promise<string> {
  const path = join(workFolder, `registry-of-${prompts}-${use}.db`);
  await addPrompts(path, { from: 0, to: 1 });
  const file = createEmbeddedFile({ path, samples: false });
  const registry = file.registry({});
  await registry.registerVersion(longTemplate, {
    template: { kind: "text", text: "x".repeat(characters) },
  });
  await registry.setAlias(longTemplate, newestAlias, 1);
  file.close();
  withDatabase(path, (db) => {
    copyPrompt(db, promptName(0), [...names(1, prompts - 2), manyVersions]);
    const numbers = range(versionsOfPrompt + 1, versions + 1);
    copyVersion(db, { name: manyVersions, version: versionsOfPrompt }, numbers);
    intoOneFile(db);
  });
  return path;
}

/** A database file with the ten smallest prompts in each of so many workspaces; returns its path. */
export async function fileOfWorkspaces(workspaces: readonly string[]): Promise<string> {
  const path = join(workFolder, "registry-of-workspaces.db");
  await copyFile(registryFile(10), path);
  upgradeToWorkspaces(path, workspaces);
  withDatabase(path, (db) => {
    copyWorkspace(db, workspaces);
    intoOneFile(db);
  });
  return path;
}

/** The driver closes for good only when its statements are collected, and files are copied before. */
function intoOneFile(db: Database.Database): void {
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
}

function names(from: number, to: number): string[] {
  return range(from, to).map(promptName);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
