import type { Kind, Question, Together } from "./answers.ts";

/** So many requests are under way at a time: callers who wait go first. */
const workers = 2;

/** From so many on, answers are renewed together, and at most so many at once. */
const fewest = 3;
const most = 250;

/** An answer that is to be asked for again. */
interface Due {
  readonly key: string;
  readonly owner: string;
  readonly together: Together | undefined;
  /** Asks for it by itself. Never rejects: callers will meet the failure. */
  readonly alone: () => Promise<void>;
}

/**
 * Asks again in the background for answers that are still given. One by one while they are few; what
 * has piled up meanwhile of one owner's prompts is asked for together, so that a busy server does
 * not ask MLflow for each of a hundred prompts every second.
 */
export class Renewals {
  /** By key, in the order in which they became due. */
  readonly #due = new Map<string, Due>();
  readonly #underWay = new Set<string>();
  #working = 0;

  add<K extends Kind>(key: string, question: Question<K>, alone: () => Promise<void>): void {
    if (this.#due.has(key) || this.#underWay.has(key)) return;
    const { owner, together } = question;
    this.#due.set(key, { key, owner: owner.prefix, together, alone });
    if (this.#working < workers) void this.#work();
  }

  async #work(): Promise<void> {
    this.#working++;
    for (let batch = this.#take(); batch.length > 0; batch = this.#take()) {
      for (const { key } of batch) this.#underWay.add(key);
      for (const due of await renewedTogether(batch)) await due.alone();
      for (const { key } of batch) this.#underWay.delete(key);
    }
    this.#working--;
  }

  /** The next that is due, and what can be renewed with it. */
  #take(): readonly Due[] {
    const [first] = this.#due.values();
    if (first === undefined) return [];
    const like = [...this.#due.values()]
      .filter(({ owner, together }) => together !== undefined && owner === first.owner)
      .slice(0, most);
    const batch = first.together !== undefined && like.length >= fewest ? like : [first];
    for (const { key } of batch) this.#due.delete(key);
    return batch;
  }
}

/** Returns what has to be asked for alone. */
async function renewedTogether(batch: readonly Due[]): Promise<readonly Due[]> {
  const [first] = batch;
  if (batch.length < fewest || first?.together === undefined) return batch;
  const left = new Set(await first.together.renew(batch.flatMap(({ together }) => together ?? [])));
  return batch.filter(({ together }) => together !== undefined && left.has(together));
}
