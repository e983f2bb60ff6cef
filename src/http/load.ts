import { tooMany } from "./refusal.ts";

/** Counts what is under way and lets no more than so many begin. */
export class Load {
  readonly #most: number;
  readonly #refusal: string;
  readonly #waiting: (() => void)[] = [];
  #now = 0;

  /** @param refusal a sentence for who comes too many */
  constructor(most: number, refusal: string) {
    this.#most = most;
    this.#refusal = refusal;
  }

  get now(): number {
    return this.#now;
  }

  /**
   * @returns what to call when it is over; further calls of it do nothing
   * @throws HttpRefusal 429
   */
  enter(): () => void {
    if (this.#now >= this.#most) throw tooMany(this.#refusal, 1);
    this.#now++;
    let over = false;
    return () => {
      if (over) return;
      over = true;
      if (--this.#now === 0) for (const resolve of this.#waiting.splice(0)) resolve();
    };
  }

  /** Resolves when nothing is under way. */
  async whenIdle(): Promise<void> {
    if (this.#now > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
