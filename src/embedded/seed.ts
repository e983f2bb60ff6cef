import * as z from "zod";
import { storedTag } from "../registry/versions/stored-version.ts";
import type { Database } from "./file/database.ts";
import { readLayout } from "./file/layout.ts";
import { samples } from "./samples.ts";
import { WorkspaceScope } from "./workspace-scope.ts";
import { insertVersion, putAlias } from "./write-rows.ts";

/**
 * Adds the sample prompts to a file without a prompt in any workspace. The check and the writes are one
 * transaction, so processes that start at the same time add them once.
 */
export function seedSamples(db: Database, path: string): void {
  // Usually the file has prompts, and this check needs no lock.
  if (hasPrompts(db)) return;
  db.transaction("IMMEDIATE", () => {
    if (hasPrompts(db)) return;
    const scope = new WorkspaceScope(db, readLayout(db, path, undefined), path, undefined);
    for (const { name, versions, aliases } of samples) {
      for (const draft of versions) insertVersion(scope, name, draft);
      for (const [alias, version] of Object.entries(aliases)) {
        putAlias(scope, { name, version }, alias);
      }
    }
  });
}

function hasPrompts(db: Database): boolean {
  const sql = "SELECT name FROM registered_model_tags WHERE key = :key AND value = 'true' LIMIT 1";
  return db.select(z.object({ name: z.string() }), sql, { key: storedTag.isPrompt }).length > 0;
}
