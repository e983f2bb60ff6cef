import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Work } from "../registry/engine/work.ts";
import type { WorkerEnd } from "./worker-process.ts";

/** Bytes of results that are kept, about. */
const keptBytes = 16 * 1024 * 1024;

/** For how long work is not tried again that took too much: on a busy machine it may be innocent. */
const givenUpMs = 60_000;

/**
 * What is known of work by its content alone, whoever wants it done: what came of reading a
 * template, and what took more than it may.
 */
export class WorkResults {
  readonly #results = new LRUCache<string, { readonly result: unknown }>({
    maxSize: keptBytes,
    maxEntrySize: keptBytes / 16,
    sizeCalculation: ({ result }) => 200 + 2 * (JSON.stringify(result)?.length ?? 0),
  });
  readonly #givenUp = new LRUCache<string, WorkerEnd>({ max: 1_000, ttl: givenUpMs });

  /** Whether anything can be known of the work, so that its key is worth making. */
  mayKnow({ kind }: Work): boolean {
    return isKept(kind) || this.#givenUp.size > 0;
  }

  resultOf(key: string): { readonly result: unknown } | undefined {
    return this.#results.get(key);
  }

  whyGivenUp(key: string): WorkerEnd | undefined {
    return this.#givenUp.get(key);
  }

  keep(work: Work, result: unknown): void {
    if (isKept(work.kind)) this.#results.set(keyOf(work), { result });
  }

  giveUp(work: Work, why: WorkerEnd): void {
    this.#givenUp.set(keyOf(work), why);
  }
}

/** What was filled in is wanted once, with these values. */
function isKept(kind: Work["kind"]): boolean {
  return kind !== "render" && kind !== "diff" && kind !== "compareContracts";
}

/** Stands for the content of work. */
export function keyOf(work: Work): string {
  return createHash("sha256").update(JSON.stringify(work)).digest("base64");
}
