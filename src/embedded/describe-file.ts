import type { RegistryDescription } from "../registry/types.ts";
import type { Layout } from "./file/layout.ts";
import type { WorkspaceScope } from "./workspace-scope.ts";

/** What a database file reports about itself. */
export function describeFile(
  scope: WorkspaceScope,
  layout: Layout,
  path: string,
): RegistryDescription {
  const { workspace } = scope;
  return {
    backend: "embedded",
    location: path,
    ...(layout.release === undefined ? {} : { release: layout.release }),
    ...(workspace === undefined ? {} : { workspace }),
    ...(layout.workspaces ? { workspaces: scope.listWorkspaces() } : {}),
    capabilities: { workspaces: layout.workspaces, atomicWrites: true },
  };
}
