import { HttpRefusal } from "../refusal.ts";

/** The workspace in the path `/mcp/{workspace}`. @throws HttpRefusal 400 */
export function workspaceInPath(pathname: string): string | undefined {
  const [, , name] = pathname.split("/");
  if (name === undefined) return undefined;
  try {
    return decodeURIComponent(name);
  } catch {
    throw new HttpRefusal(400, "The path has a percent-escape that is none.");
  }
}

/**
 * The workspace that a request names, in its path (`/mcp/{workspace}`) or in the X-MLFLOW-WORKSPACE
 * header. MLflow reads a blank header as none (3.10 to 3.17), and so does this.
 * @param allowed empty means every workspace
 * @throws HttpRefusal 400 when path and header differ or no workspace could have the name, 404 for
 *   one that is not allowed
 */
export function workspaceAsked(
  path: string | undefined,
  header: string | string[] | undefined,
  allowed: readonly string[],
): string | undefined {
  const named = (Array.isArray(header) ? header.join(",") : header)?.trim() || undefined;
  if (path !== undefined && named !== undefined && path !== named) {
    throw new HttpRefusal(
      400,
      `The path names the workspace ${JSON.stringify(path)} and the header X-MLFLOW-WORKSPACE another one, ${JSON.stringify(named)}: name one.`,
    );
  }
  const workspace = path ?? named;
  if (workspace === undefined) return undefined;
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(workspace) || workspace.length > 63) {
    throw new HttpRefusal(
      400,
      `${JSON.stringify(workspace.slice(0, 80))} is no name of a workspace: lower-case letters, digits and "-", at most 63.`,
    );
  }
  checkAllowed(workspace, allowed);
  return workspace;
}

/** @throws HttpRefusal 404, in the words for a workspace that there is not */
export function checkAllowed(workspace: string, allowed: readonly string[]): void {
  if (allowed.length === 0 || allowed.includes(workspace)) return;
  throw new HttpRefusal(404, `There is no workspace ${JSON.stringify(workspace)} here.`);
}
