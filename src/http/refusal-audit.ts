import type { Actor, Audit, AuditEvent } from "../log/audit.ts";
import type { Identity } from "./auth/identity.ts";
import { LoginThrottled } from "./auth/login-throttle.ts";
import type { McpCall } from "./mcp/calls.ts";
import type { HttpRefusal } from "./refusal.ts";

/** The caller of a request, for the audit log. */
export function actorOf({ workspace, subject, name }: Identity): Actor {
  return { workspace, who: subject, user: name };
}

/** A request that was refused. */
export interface RefusedRequest {
  /** Absent when it was refused before the caller was identified. */
  readonly identity?: Identity | undefined;
  readonly address: string;
  readonly call?: McpCall | undefined;
  readonly request?: string | undefined;
}

/** Refusals for lack of access or for a limit. Other statuses are not recorded. */
const auditedStatuses: ReadonlySet<number> = new Set([401, 403, 429]);

/** The interval in which the 401 and 429 of one client share a line. */
const groupMs = 60_000;

/** Clients with grouped refusals at a time. The refusals of further clients have a line each. */
const maxGroups = 10_000;

/**
 * Records refused HTTP requests. A 403 has a line of its own. A client that guesses passwords or
 * exceeds a limit could fill the disk, so its first 401 or 429 has a line, and those of the minute
 * that follows share one more line, with their number in `times`.
 */
export class RefusalAudit {
  readonly #audit: Audit;
  readonly #groups = new Map<string, { readonly timer: NodeJS.Timeout; times: number }>();

  constructor(audit: Audit) {
    this.#audit = audit;
  }

  record(refusal: HttpRefusal, refused: RefusedRequest): void {
    const { status, message } = refusal;
    if (!auditedStatuses.has(status)) return;
    const { address, call, request } = refused;
    // A refused credential does not identify the caller.
    const isUnknown = status === 401 || refusal instanceof LoginThrottled;
    const identity = isUnknown ? undefined : refused.identity;
    const actor = identity ? actorOf(identity) : { address };
    const event: AuditEvent = {
      operation: call ? [call.method, call.name].filter(Boolean).join(" ") : "request",
      outcome: "refused",
      reason: message,
      status,
      request,
    };
    if (status === 403) this.#audit.record(actor, event);
    else this.#recordGrouped(`${status} ${identity?.caller ?? address}`, actor, event);
  }

  close(): void {
    for (const { timer } of this.#groups.values()) clearTimeout(timer);
    this.#groups.clear();
  }

  #recordGrouped(key: string, actor: Actor, event: AuditEvent): void {
    const group = this.#groups.get(key);
    if (group) {
      group.times++;
      return;
    }
    this.#audit.record(actor, event);
    if (this.#groups.size >= maxGroups) return;
    const timer = setTimeout(() => {
      const times = this.#groups.get(key)?.times ?? 0;
      this.#groups.delete(key);
      if (times > 0) this.#audit.record(actor, { ...event, request: undefined, times });
    }, groupMs).unref();
    this.#groups.set(key, { timer, times: 0 });
  }
}
