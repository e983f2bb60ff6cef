import type { BatchableRequest, CacheableRequest, Kind } from "./cache-entry.ts";

/** So many requests are under way at a time: callers who wait go first. */
const workers = 2;

/** Milliseconds that the first one waits for others. */
const gatheredMs = 50;

/** From so many on, answers are renewed together, and at most so many at once. */
const fewest = 3;
const most = 250;

/** An answer that is to be asked for again. */
interface Due {
  readonly key: string;
  readonly owner: string;
  readonly together: BatchableRequest | undefined;
  /** Asks for it by itself. Never rejects: callers will meet the failure. */
  readonly alone: () => Promise<void>;
}

/**
 * Asks again in the background for answers that are still given: one by one while they are few, and
 * those about one owner's prompts together, so that a busy server does not ask MLflow for each of a
 * hundred prompts every second.
 */
export class RefreshQueue {
  /** What is due and not yet renewed, by key. */
  readonly #known = new Set<string>();
  #gathered: Due[] = [];
  readonly #batches: (readonly Due[])[] = [];
  #working = 0;

  add<K extends Kind>(
    key: string,
    question: CacheableRequest<K>,
    alone: () => Promise<void>,
  ): void {
    if (this.#known.has(key)) return;
    this.#known.add(key);
    if (this.#gathered.length === 0) setTimeout(() => this.#begin(), gatheredMs).unref();
    this.#gathered.push({ key, owner: question.owner.prefix, together: question.together, alone });
  }

  #begin(): void {
    this.#batches.push(...batchesOf(this.#gathered));
    this.#gathered = [];
    while (this.#working < workers && this.#batches.length > 0) void this.#work();
  }

  async #work(): Promise<void> {
    this.#working++;
    for (let batch = this.#batches.shift(); batch; batch = this.#batches.shift()) {
      for (const due of await renewedTogether(batch)) await due.alone();
      for (const { key } of batch) this.#known.delete(key);
    }
    this.#working--;
  }
}

/** What is worth a request together, and each of the others by itself. */
function batchesOf(gathered: readonly Due[]): (readonly Due[])[] {
  const byOwner = new Map<string, Due[]>();
  for (const due of gathered) {
    const key = due.together === undefined ? due.key : due.owner;
    const like = byOwner.get(key);
    if (like) like.push(due);
    else byOwner.set(key, [due]);
  }
  return [...byOwner.values()].flatMap((like) =>
    like.length < fewest ? like.map((due) => [due]) : portionsOf(like),
  );
}

function portionsOf(like: readonly Due[]): (readonly Due[])[] {
  const count = Math.ceil(like.length / most);
  return Array.from({ length: count }, (_, index) => like.slice(index * most, (index + 1) * most));
}

/** Returns what has to be asked for alone. */
async function renewedTogether(batch: readonly Due[]): Promise<readonly Due[]> {
  const [first] = batch;
  if (batch.length === 1 || first?.together === undefined) return batch;
  const left = new Set(await first.together.renew(batch.flatMap(({ together }) => together ?? [])));
  return batch.filter(({ together }) => together !== undefined && left.has(together));
}
