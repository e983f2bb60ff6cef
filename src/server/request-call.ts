import type { Result, Server, ServerContext } from "@modelcontextprotocol/server";
import type { Caller } from "../registry/prompt-registry.ts";
import { nounFor } from "../registry/text/count.ts";
import type { Call } from "../session/call.ts";
import type { Elicitation } from "../session/elicitation.ts";
import { type Client, clientOf } from "./client.ts";
import { elicitationOf } from "./elicitation.ts";

/** The key of `_meta` by which a client names the trace that its request belongs to. */
const traceKey = "mlflow-prompts/trace_id";

/**
 * A client's request as a call. Many results do not depend on the client, so it is read on demand.
 */
export class RequestCall implements Call {
  readonly notBefore: number | undefined;
  /** Not a method: calls are spread into others. */
  readonly onStaleResult: (ageMs: number) => void;
  readonly onWrite: () => void;
  readonly progress: Call["progress"];
  readonly #server: Server;
  readonly #context: ServerContext;
  readonly #permitted: Pick<Caller, "allowBreaking" | "overrideGate">;
  #client: Client | undefined;
  #wrote = false;
  #oldMs: number | undefined;

  /**
   * @param writing present for a call that writes. It decides by what it reads, so it reads nothing
   *   that was cached before
   */
  constructor(
    server: Server,
    context: ServerContext,
    writing?: { readonly permitted: Pick<Caller, "allowBreaking" | "overrideGate"> },
  ) {
    this.notBefore = writing ? performance.now() : undefined;
    this.#permitted = writing?.permitted ?? {};
    this.onWrite = () => {
      this.#wrote = true;
    };
    this.onStaleResult = (ageMs) => {
      this.#oldMs = Math.max(this.#oldMs ?? 0, ageMs);
    };
    this.progress = (done, total, message) => {
      const token = context.mcpReq._meta?.progressToken;
      if (token === undefined) return;
      const params = { progressToken: token, progress: done, total, message };
      // A client that is gone is noticed by the call's signal.
      context.mcpReq.notify({ method: "notifications/progress", params }).catch(() => {});
    };
    this.#server = server;
    this.#context = context;
  }

  get signal(): AbortSignal {
    return this.#context.mcpReq.signal;
  }

  get trace(): unknown {
    return this.#context.mcpReq._meta?.[traceKey];
  }

  get elicitation(): Elicitation {
    return elicitationOf(this.#knownClient(), this.#context);
  }

  get caller(): Caller {
    const { mcpReq, http } = this.#context;
    const { info } = this.#knownClient();
    const requestId = http?.req?.headers.get("x-request-id") ?? String(mcpReq.id);
    return {
      requestId,
      ...(info ? { client: info } : {}),
      ...this.#permitted,
    };
  }

  /** Whether a write of this call has reached the registry. */
  get wrote(): boolean {
    return this.#wrote;
  }

  /** Adds the age to a result that is stale. */
  marked<Answer extends Result>(result: Answer): Answer {
    if (this.#oldMs === undefined) return result;
    return { ...result, _meta: { ...result._meta, age_seconds: seconds(this.#oldMs) } };
  }

  /** The age as a sentence, because models do not see `_meta`. */
  get oldAnswerText(): string | undefined {
    if (this.#oldMs === undefined) return undefined;
    const age = seconds(this.#oldMs);
    return `MLflow does not answer at the moment: this is what it said ${age} ${nounFor(age, "second")} ago.`;
  }

  #knownClient(): Client {
    this.#client ??= clientOf(this.#server, this.#context);
    return this.#client;
  }
}

function seconds(ms: number): number {
  return Math.round(ms / 1_000);
}
