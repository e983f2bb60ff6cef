import type { RegistryError } from "../../registry/errors.ts";
import { HttpRefusal } from "../refusal.ts";

/**
 * The HTTP answer that a failed registry call is, where HTTP has one: who may not call at all and
 * which workspace there is. Everything else is answered in MCP's terms.
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
