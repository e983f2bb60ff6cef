import { setTimeout as pause } from "node:timers/promises";
import type { Log } from "../log/log.ts";
import type { View } from "../mlflow/client.ts";
import { Semaphore } from "../registry/concurrency/semaphore.ts";
import { RegistryError } from "../registry/errors.ts";
import type { PromptTrace, TraceOutcome, TraceStore } from "../registry/traces.ts";
import type { OpenRegistry } from "./open-registry.ts";

/** How long an answer waits for its trace. Storing takes 50 ms; MLflow's first one may take a minute. */
const answerWaitMs = 3_000;

/** Traces that are stored at the same time, and that wait. Each holds a prompt and an answer. */
const maxAtOnce = 4;
const maxWaiting = 100;

/** Stores the traces of all callers. */
export class TraceWriter {
  readonly #store: NonNullable<OpenRegistry["storeTrace"]>;
  readonly #log: Log;
  readonly #slots = new Semaphore(maxAtOnce);
  readonly #closing = new AbortController();
  #unfinished = 0;

  constructor(store: NonNullable<OpenRegistry["storeTrace"]>, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  /** The store of one caller. */
  of(view: View): TraceStore {
    return { store: (trace) => this.#storeInTime(view, trace) };
  }

  close(): void {
    this.#closing.abort();
  }

  async #storeInTime(view: View, trace: PromptTrace): Promise<TraceOutcome> {
    if (this.#unfinished >= maxAtOnce + maxWaiting) {
      return { kind: "failed", reason: "Too many other traces are waiting to be stored." };
    }
    const storing = this.#storeTrace(view, trace);
    const late = new AbortController();
    const waited = pause(answerWaitMs, { kind: "pending" } as const, { signal: late.signal });
    const outcome = await Promise.race([storing, waited.catch(() => storing)]);
    late.abort();
    if (outcome.kind === "pending") void storing.then((final) => this.#report(trace, final));
    return outcome;
  }

  /** Never rejects. */
  async #storeTrace(view: View, trace: PromptTrace): Promise<TraceOutcome> {
    this.#unfinished += 1;
    try {
      const stored = await this.#slots.run(this.#closing.signal, () => this.#store(view, trace));
      return { kind: "stored", ...stored };
    } catch (error) {
      if (error instanceof RegistryError) return { kind: "failed", reason: error.message };
      if (this.#closing.signal.aborted) {
        return { kind: "failed", reason: "This server was stopped before the trace was stored." };
      }
      throw error;
    } finally {
      this.#unfinished -= 1;
    }
  }

  /** The answer said that the trace was still being stored, so only the log can tell. */
  #report({ traceId }: PromptTrace, outcome: TraceOutcome): void {
    if (outcome.kind === "failed") {
      this.#log.error("trace", { trace: traceId, error: outcome.reason });
    }
  }
}
