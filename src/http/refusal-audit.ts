import type { Actor, Audit, AuditEvent } from "../log/audit.ts";
import type { Identity } from "./auth/identity.ts";
import { LoginThrottled } from "./auth/login-throttle.ts";
import type { McpCall } from "./mcp/calls.ts";
import type { HttpRefusal } from "./refusal.ts";

/** Who a request comes from, for the audit. */
export function actorOf({ workspace, subject, name }: Identity): Actor {
  return { workspace, who: subject, user: name };
}

/** What is known of a request that was refused. */
export interface RefusedRequest {
  /** Absent when it was refused before anybody knew whose it is. */
  readonly identity?: Identity | undefined;
  readonly address: string;
  readonly call?: McpCall | undefined;
  readonly request?: string | undefined;
}

/** A status that says who may not do something; whatever else is refused is no matter of rights. */
const audited: ReadonlySet<number> = new Set([401, 403, 429]);

/** How long refusals without an identity, or over a limit, are gathered into one line. */
const gatherMs = 60_000;

/** Clients whose refusals are gathered at a time; those of further ones are recorded one by one. */
const mostGathered = 10_000;

/**
 * Records HTTP requests that were refused. A 403 has a line of its own. Whoever guesses passwords
 * or exceeds a limit could fill the disk, so of the 401 and 429 of one client the first is recorded
 * at once and the others of the minute that follows in one more line, which says how many.
 */
export class RefusalAudit {
  readonly #audit: Audit;
  readonly #gathered = new Map<string, { readonly timer: NodeJS.Timeout; times: number }>();

  constructor(audit: Audit) {
    this.#audit = audit;
  }

  record(refusal: HttpRefusal, refused: RefusedRequest): void {
    const { status, message } = refusal;
    if (!audited.has(status)) return;
    const { address, call, request } = refused;
    // Whose credential is refused has shown nothing of who it is.
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
    else this.#gather(`${status} ${identity?.caller ?? address}`, actor, event);
  }

  close(): void {
    for (const { timer } of this.#gathered.values()) clearTimeout(timer);
    this.#gathered.clear();
  }

  #gather(key: string, actor: Actor, event: AuditEvent): void {
    const gathered = this.#gathered.get(key);
    if (gathered) {
      gathered.times++;
      return;
    }
    this.#audit.record(actor, event);
    if (this.#gathered.size >= mostGathered) return;
    const timer = setTimeout(() => {
      const times = this.#gathered.get(key)?.times ?? 0;
      this.#gathered.delete(key);
      if (times > 0) this.#audit.record(actor, { ...event, request: undefined, times });
    }, gatherMs).unref();
    this.#gathered.set(key, { timer, times: 0 });
  }
}
