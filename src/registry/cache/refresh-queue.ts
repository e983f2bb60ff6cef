import type { BatchableRequest, CacheableRequest, ResultKind } from "./cache-entry.ts";

/** Concurrent requests. The limit is low because callers who wait take priority. */
const maxConcurrent = 2;

/** Milliseconds that the first refresh waits for more to join its batch. */
const gatherMs = 50;

/** Fewer refreshes than this are sent one by one. */
const minBatch = 3;
const maxBatch = 250;

interface Refresh {
  readonly key: string;
  readonly owner: string;
  readonly batchable: BatchableRequest | undefined;
  /** Refreshes it by itself. Never rejects: the next caller meets the failure. */
  readonly run: () => Promise<void>;
}

/**
 * Refreshes entries in the background while they are still served. Refreshes of one owner's prompts
 * are batched, so that a busy server does not send a request to MLflow for each of a hundred prompts
 * every second.
 */
export class RefreshQueue {
  readonly #queuedKeys = new Set<string>();
  #gathered: Refresh[] = [];
  readonly #batches: (readonly Refresh[])[] = [];
  #running = 0;

  /** @param run refreshes the entry by itself; must not reject */
  add<K extends ResultKind>(
    key: string,
    { owner, batch }: CacheableRequest<K>,
    run: () => Promise<void>,
  ): void {
    if (this.#queuedKeys.has(key)) return;
    this.#queuedKeys.add(key);
    if (this.#gathered.length === 0) setTimeout(() => this.#startBatches(), gatherMs).unref();
    this.#gathered.push({ key, owner: owner.prefix, batchable: batch?.(), run });
  }

  #startBatches(): void {
    this.#batches.push(...toBatches(this.#gathered));
    this.#gathered = [];
    while (this.#running < maxConcurrent && this.#batches.length > 0) void this.#runBatches();
  }

  async #runBatches(): Promise<void> {
    this.#running++;
    for (let batch = this.#batches.shift(); batch; batch = this.#batches.shift()) {
      for (const refresh of await refreshBatch(batch)) await refresh.run();
      for (const { key } of batch) this.#queuedKeys.delete(key);
    }
    this.#running--;
  }
}

/** One batch for each owner with enough refreshes. Every other refresh is a batch of one. */
function toBatches(gathered: readonly Refresh[]): (readonly Refresh[])[] {
  const groups = new Map<string, Refresh[]>();
  for (const refresh of gathered) {
    const key = refresh.batchable === undefined ? refresh.key : refresh.owner;
    const group = groups.get(key);
    if (group) group.push(refresh);
    else groups.set(key, [refresh]);
  }
  return [...groups.values()].flatMap((group) =>
    group.length < minBatch ? group.map((refresh) => [refresh]) : split(group),
  );
}

function split(group: readonly Refresh[]): (readonly Refresh[])[] {
  const count = Math.ceil(group.length / maxBatch);
  return Array.from({ length: count }, (_, index) =>
    group.slice(index * maxBatch, (index + 1) * maxBatch),
  );
}

/** Returns the refreshes that the batch could not do. */
async function refreshBatch(batch: readonly Refresh[]): Promise<readonly Refresh[]> {
  const [first] = batch;
  if (batch.length === 1 || first?.batchable === undefined) return batch;
  const requests = batch.flatMap(({ batchable }) => batchable ?? []);
  const left = new Set(await first.batchable.refresh(requests));
  return batch.filter(({ batchable }) => batchable !== undefined && left.has(batchable));
}
