import type { BatchableRequest, CacheableRequest, ResultKind } from "./cache-entry.ts";

/** So many requests are under way at a time: callers who wait go first. */
const maxConcurrent = 2;

/** Milliseconds that the first one waits for others. */
const gatherMs = 50;

/** From so many on, answers are renewed together, and at most so many at once. */
const minBatch = 3;
const maxBatch = 250;

/** An answer that is to be asked for again. */
interface Refresh {
  readonly key: string;
  readonly owner: string;
  readonly batchable: BatchableRequest | undefined;
  /** Asks for it by itself. Never rejects: callers will meet the failure. */
  readonly refresh: () => Promise<void>;
}

/**
 * Asks again in the background for answers that are still given: one by one while they are few, and
 * those about one owner's prompts together, so that a busy server does not ask MLflow for each of a
 * hundred prompts every second.
 */
export class RefreshQueue {
  /** What is due and not yet renewed, by key. */
  readonly #queuedKeys = new Set<string>();
  #gathered: Refresh[] = [];
  readonly #batches: (readonly Refresh[])[] = [];
  #running = 0;

  add<K extends ResultKind>(
    key: string,
    question: CacheableRequest<K>,
    alone: () => Promise<void>,
  ): void {
    if (this.#queuedKeys.has(key)) return;
    this.#queuedKeys.add(key);
    if (this.#gathered.length === 0) setTimeout(() => this.#startBatches(), gatherMs).unref();
    this.#gathered.push({
      key,
      owner: question.owner.prefix,
      batchable: question.batch,
      refresh: alone,
    });
  }

  #startBatches(): void {
    this.#batches.push(...toBatches(this.#gathered));
    this.#gathered = [];
    while (this.#running < maxConcurrent && this.#batches.length > 0) void this.#runBatches();
  }

  async #runBatches(): Promise<void> {
    this.#running++;
    for (let batch = this.#batches.shift(); batch; batch = this.#batches.shift()) {
      for (const due of await refreshBatch(batch)) await due.refresh();
      for (const { key } of batch) this.#queuedKeys.delete(key);
    }
    this.#running--;
  }
}

/** What is worth a request together, and each of the others by itself. */
function toBatches(gathered: readonly Refresh[]): (readonly Refresh[])[] {
  const byOwner = new Map<string, Refresh[]>();
  for (const due of gathered) {
    const key = due.batchable === undefined ? due.key : due.owner;
    const like = byOwner.get(key);
    if (like) like.push(due);
    else byOwner.set(key, [due]);
  }
  return [...byOwner.values()].flatMap((like) =>
    like.length < minBatch ? like.map((due) => [due]) : split(like),
  );
}

function split(like: readonly Refresh[]): (readonly Refresh[])[] {
  const count = Math.ceil(like.length / maxBatch);
  return Array.from({ length: count }, (_, index) =>
    like.slice(index * maxBatch, (index + 1) * maxBatch),
  );
}

/** Returns what has to be asked for alone. */
async function refreshBatch(batch: readonly Refresh[]): Promise<readonly Refresh[]> {
  const [first] = batch;
  if (batch.length === 1 || first?.batchable === undefined) return batch;
  const left = new Set(
    await first.batchable.refresh(batch.flatMap(({ batchable: together }) => together ?? [])),
  );
  return batch.filter(({ batchable: together }) => together !== undefined && left.has(together));
}
