import type { Result, Server, ServerContext } from "@modelcontextprotocol/server";
import type { Caller } from "../registry/prompt-registry.ts";
import type { Call } from "../session/call.ts";
import type { Elicitation } from "../session/elicitation.ts";
import { type Client, clientOf } from "./client.ts";
import { elicitationOf } from "./elicitation.ts";

/**
 * A client's request, as what answers it sees it. Many answers do not depend on who is at the other
 * end: it is looked at when it is asked for.
 */
export class RequestCall implements Call {
  readonly notBefore: number | undefined;
  /** Not a method: calls are spread into others. */
  readonly onStaleResult: (ageMs: number) => void;
  readonly onWrite: () => void;
  readonly #server: Server;
  readonly #context: ServerContext;
  readonly #allowBreaking: boolean;
  #client: Client | undefined;
  #wrote = false;
  #oldMs: number | undefined;

  /**
   * @param writing of a call that writes: it decides by what it sees, and so by nothing that was
   *   cached before
   */
  constructor(
    server: Server,
    context: ServerContext,
    writing?: { readonly allowBreaking: boolean },
  ) {
    this.notBefore = writing ? performance.now() : undefined;
    this.#allowBreaking = writing?.allowBreaking ?? false;
    this.onWrite = () => {
      this.#wrote = true;
    };
    this.onStaleResult = (ageMs) => {
      this.#oldMs = Math.max(this.#oldMs ?? 0, ageMs);
    };
    this.#server = server;
    this.#context = context;
  }

  get signal(): AbortSignal {
    return this.#context.mcpReq.signal;
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
      ...(this.#allowBreaking ? { allowBreaking: true } : {}),
    };
  }

  /** Whether a write of this call has reached the registry. */
  get wrote(): boolean {
    return this.#wrote;
  }

  /** What a client is to know of an answer that is not the registry's of now. */
  marked<Answer extends Result>(result: Answer): Answer {
    if (this.#oldMs === undefined) return result;
    return { ...result, _meta: { ...result._meta, age_seconds: seconds(this.#oldMs) } };
  }

  /** The same in a sentence, for models, which see no `_meta`. */
  get oldAnswerText(): string | undefined {
    if (this.#oldMs === undefined) return undefined;
    return `MLflow does not answer at the moment: this is what it said ${seconds(this.#oldMs)} seconds ago.`;
  }

  #knownClient(): Client {
    this.#client ??= clientOf(this.#server, this.#context);
    return this.#client;
  }
}

function seconds(ms: number): number {
  return Math.round(ms / 1_000);
}
