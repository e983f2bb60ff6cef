import type { RegistryError } from "../../registry/errors.ts";
import { HttpRefusal } from "../refusal.ts";

/**
 * The HTTP status for a failed registry call that concerns access or the workspace. Any other failure
 * is an MCP error, and the result is undefined.
 * @param challenge the WWW-Authenticate header; absent when MLflow did not refuse the caller's own
 *   credential
 */
export function refusalOf(
  { kind, message, subject }: RegistryError,
  challenge: string | undefined,
): HttpRefusal | undefined {
  if (kind === "unauthenticated" && challenge !== undefined) {
    return new HttpRefusal(401, message, { "www-authenticate": challenge });
  }
  if (kind === "forbidden" && challenge !== undefined) return new HttpRefusal(403, message);
  if (subject.workspace === undefined || subject.prompt !== undefined) return undefined;
  if (kind === "not_found") return new HttpRefusal(404, message);
  if (kind === "invalid") return new HttpRefusal(400, message);
  return undefined;
}
