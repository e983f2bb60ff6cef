import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { TemplateJob } from "../registry/engine/template-job.ts";
import { stringifyJson } from "../registry/json.ts";
import type { WorkerExit } from "./worker-process.ts";

/** Approximate size of the cached results. */
const maxBytes = 16 * 1024 * 1024;

/**
 * How long a job that exceeded a limit fails without being run again. The time is short because on a
 * busy machine a harmless job can exceed a limit.
 */
const failureTtlMs = 60_000;

/**
 * Caches, for all callers, the results of jobs that read templates, and which jobs exceeded a limit.
 * The key is a hash of the job's content.
 */
export class ResultCache {
  readonly #results = new LRUCache<string, { readonly result: unknown }>({
    maxSize: maxBytes,
    maxEntrySize: maxBytes / 16,
    sizeCalculation: ({ result }) => 200 + 2 * (JSON.stringify(result)?.length ?? 0),
  });
  readonly #failures = new LRUCache<string, WorkerExit>({ max: 1_000, ttl: failureTtlMs });

  /** Whether the cache can have an entry for the job. Spares computing the key. */
  mayContain({ kind }: TemplateJob): boolean {
    return isCacheable(kind) || this.#failures.size > 0;
  }

  resultOf(key: string): { readonly result: unknown } | undefined {
    return this.#results.get(key);
  }

  exceededLimitOf(key: string): WorkerExit | undefined {
    return this.#failures.get(key);
  }

  addResult(job: TemplateJob, result: unknown): void {
    if (isCacheable(job.kind)) this.#results.set(keyOf(job), { result });
  }

  addFailure(job: TemplateJob, exceeded: WorkerExit): void {
    this.#failures.set(keyOf(job), exceeded);
  }
}

const uncached: ReadonlySet<TemplateJob["kind"]> = new Set([
  "render",
  "diff",
  "compareContracts",
  "nearestPassage",
  "score",
  "estimate",
  "comparePairs",
  "agreement",
]);

/** Renderings, comparisons, searches and statistics are hardly ever requested twice with the same input. */
function isCacheable(kind: TemplateJob["kind"]): boolean {
  return !uncached.has(kind);
}

export function keyOf(job: TemplateJob): string {
  return createHash("sha256").update(stringifyJson(job)).digest("base64");
}
