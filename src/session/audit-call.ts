import { type AuditEvent, callerFields } from "../log/audit.ts";
import type { CallOptions } from "../registry/prompt-registry.ts";
import type { Session } from "./session.ts";

/** Records what a call did besides writes of the registry, which are recorded anyhow. */
export function auditCall(
  { audit }: Pick<Session, "audit">,
  event: Omit<AuditEvent, "client" | "request">,
  { caller }: CallOptions,
): void {
  audit?.({ ...event, ...callerFields(caller) });
}
