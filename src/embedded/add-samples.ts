import type { Database } from "./file/database.ts";
import { readLayout } from "./file/layout.ts";
import { samples } from "./samples.ts";
import { WorkspaceScope } from "./workspace-scope.ts";
import { insertVersion, putAlias } from "./write-rows.ts";

/** Adds the sample prompts to a file that is being created. To be called in a transaction. */
export function addSamples(db: Database, path: string): void {
  const scope = new WorkspaceScope(db, readLayout(db, path, undefined), path, {});
  for (const { name, versions, aliases } of samples) {
    for (const draft of versions) insertVersion(scope, name, draft);
    for (const [alias, version] of Object.entries(aliases)) {
      putAlias(scope, { name, version }, alias);
    }
  }
}
