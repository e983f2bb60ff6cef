import { HttpRefusal } from "../refusal.ts";

/** The workspace in the path `/mcp/{workspace}`. @throws HttpRefusal 400 */
export function workspaceInPath(pathname: string): string | undefined {
  const [, , name] = pathname.split("/");
  if (name === undefined) return undefined;
  try {
    return decodeURIComponent(name);
  } catch {
    throw new HttpRefusal(400, "The path has an invalid percent-escape.");
  }
}

/**
 * The workspace in the path (`/mcp/{workspace}`) or the X-MLFLOW-WORKSPACE header of a request. A blank
 * header names none, as in MLflow (3.10 to 3.17).
 * @param allowed empty means every workspace
 * @throws HttpRefusal 400 when path and header differ or the name is invalid, 404 for a workspace that
 *   is not allowed
 */
export function requestedWorkspace(
  path: string | undefined,
  header: string | string[] | undefined,
  allowed: readonly string[],
): string | undefined {
  const named = (Array.isArray(header) ? header.join(",") : header)?.trim() || undefined;
  if (path !== undefined && named !== undefined && path !== named) {
    throw new HttpRefusal(
      400,
      `The path names the workspace ${JSON.stringify(path)} but the header X-MLFLOW-WORKSPACE names ${JSON.stringify(named)}: send only one of them.`,
    );
  }
  const workspace = path ?? named;
  if (workspace === undefined) return undefined;
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(workspace) || workspace.length > 63) {
    throw new HttpRefusal(
      400,
      `${JSON.stringify(workspace.slice(0, 80))} is not a valid workspace name: use lower-case letters, digits and "-", at most 63 characters.`,
    );
  }
  checkAllowed(workspace, allowed);
  return workspace;
}

/** @throws HttpRefusal 404, with the same message as for a workspace that does not exist */
export function checkAllowed(workspace: string, allowed: readonly string[]): void {
  if (allowed.length === 0 || allowed.includes(workspace)) return;
  throw new HttpRefusal(404, `There is no workspace ${JSON.stringify(workspace)} here.`);
}
