import { setTimeout as pause } from "node:timers/promises";
import type { Log } from "../log/log.ts";
import { RegistryError } from "../registry/errors.ts";
import type { EvaluationStore } from "../registry/evaluation/evaluation-store.ts";
import type { LinkOutcome, TraceLinks } from "../registry/traces.ts";

/** How long a rendered prompt waits for its link. Linking takes 10 ms. */
const answerWaitMs = 2_000;

/**
 * When a trace is looked for again. Programs send a trace when it has ended, so MLflow (3.17) does not
 * have it yet while its prompt is rendered. Four minutes in all.
 */
const retryAfterMs = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000, 120_000];

/** Links that are not made yet, of all callers and of one. */
const maxPending = 1_000;
const maxPendingOfCaller = 250;

interface Link {
  readonly caller: string;
  readonly store: Pick<EvaluationStore, "linkTrace">;
  readonly traceId: string;
  readonly prompt: { readonly name: string; readonly version: number };
}

/** Links versions to traces for all callers, also to traces that are still to come. */
export class TraceLinker {
  readonly #log: Log;
  readonly #retryAfterMs: readonly number[];
  readonly #closing = new AbortController();
  /** By caller. */
  readonly #pending = new Map<string, number>();

  constructor(log: Log, retries: readonly number[] = retryAfterMs) {
    this.#log = log;
    this.#retryAfterMs = retries;
  }

  /** The links of one caller. @param caller workspace and credential, in a form that may be kept */
  of(caller: string, store: Link["store"]): TraceLinks {
    return { link: (traceId, prompt) => this.#linkInTime({ caller, store, traceId, prompt }) };
  }

  /** Gives up the links that are not made yet. */
  close(): void {
    this.#closing.abort();
  }

  async #linkInTime(link: Link): Promise<LinkOutcome> {
    if (!this.#hasRoom(link.caller)) {
      return { kind: "failed", reason: "Too many other links wait for their traces." };
    }
    this.#count(link.caller, 1);
    const attempt = this.#attempt(link);
    const late = new AbortController();
    const waited = pause(answerWaitMs, undefined, { signal: late.signal, ref: false });
    const first = await Promise.race([attempt, waited.catch(() => undefined)]);
    late.abort();
    if (first === undefined || isMissing(first)) {
      void this.#goOn(link, attempt);
      return { kind: "pending" };
    }
    this.#count(link.caller, -1);
    return first instanceof RegistryError
      ? { kind: "failed", reason: first.message }
      : { kind: "linked" };
  }

  /** The answer said that the link is still to be made, so only the log can tell that it is not. */
  async #goOn(link: Link, first: Promise<RegistryError | "linked">): Promise<void> {
    try {
      let outcome = await first;
      for (const ms of this.#retryAfterMs) {
        if (!isMissing(outcome)) break;
        await pause(ms, undefined, { signal: this.#closing.signal, ref: false });
        outcome = await this.#attempt(link);
      }
      if (outcome instanceof RegistryError) {
        this.#log.error("trace link", { trace: link.traceId, error: outcome.message });
      }
    } catch (error) {
      if (!this.#closing.signal.aborted) throw error;
    } finally {
      this.#count(link.caller, -1);
    }
  }

  #hasRoom(caller: string): boolean {
    const all = [...this.#pending.values()].reduce((sum, one) => sum + one, 0);
    return all < maxPending && (this.#pending.get(caller) ?? 0) < maxPendingOfCaller;
  }

  #count(caller: string, change: 1 | -1): void {
    const pending = (this.#pending.get(caller) ?? 0) + change;
    if (pending === 0) this.#pending.delete(caller);
    else this.#pending.set(caller, pending);
  }

  /** Without the caller's signal: the prompt was served, whether the caller still waits or not. */
  async #attempt({ store, traceId, prompt }: Link): Promise<RegistryError | "linked"> {
    try {
      await store.linkTrace(traceId, prompt, { signal: this.#closing.signal });
      return "linked";
    } catch (error) {
      if (error instanceof RegistryError) return error;
      throw error;
    }
  }
}

function isMissing(outcome: RegistryError | "linked"): boolean {
  return outcome instanceof RegistryError && outcome.kind === "not_found";
}
