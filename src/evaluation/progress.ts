import type { RowResult } from "../registry/evaluation/runs.ts";
import { dollars } from "../registry/text/dollars.ts";
import type { Call } from "../session/call.ts";
import { failuresInARow } from "./limits.ts";

/** Characters of a reason. */
const reasonLength = 300;

/** Distinct reasons that are counted. */
const maxReasons = 20;

/** Counts what an evaluation did and spent, and decides when it must stop. */
export class Progress {
  readonly #total: number;
  readonly #maxUsd: number | undefined;
  readonly #report: Call["progress"];
  readonly #reasons = new Map<string, number>();
  #answers = 0;
  #failed = 0;
  #kept = 0;
  #usd = 0;
  #failuresInARow = 0;
  #interruption: string | undefined;

  /** @param maxUsd absent: no limit */
  constructor(total: number, maxUsd: number | undefined, report: Call["progress"]) {
    this.#total = total;
    this.#maxUsd = maxUsd;
    this.#report = report;
  }

  /** Why nothing more is asked; absent while all is well. */
  get interruption(): string | undefined {
    return this.#interruption;
  }

  get kept(): number {
    return this.#kept;
  }

  /** Answers there are, those of an interrupted call among them. */
  get done(): number {
    return this.#answers + this.#kept;
  }

  get failures(): readonly { readonly reason: string; readonly rows: number }[] {
    return [...this.#reasons]
      .map(([reason, rows]) => ({ reason, rows }))
      .toSorted((a, b) => b.rows - a.rows);
  }

  noteKept(): void {
    this.#kept += 1;
    this.#tell();
  }

  /** Counts a row that was asked. What its answer cost was counted when it arrived. */
  note({ error, scores }: Pick<RowResult, "error" | "scores">): void {
    if (error === undefined) this.#answers += 1;
    else this.#noteFailure(error);
    this.#failuresInARow = error === undefined ? 0 : this.#failuresInARow + 1;
    for (const { judge } of scores) if (judge) this.spend(judge.usd);
    if (this.#failuresInARow >= failuresInARow) {
      this.interrupt(`${failuresInARow} calls failed one after the other. The last one: ${error}`);
    }
    this.#tell();
  }

  /** Counts what a call cost; undefined: nobody knows. */
  spend(usd: number | undefined): void {
    if (this.#maxUsd === undefined) return;
    if (usd === undefined) {
      this.interrupt(
        "max_cost is given, and no price is known for a call that was made. Leave max_cost out, or ask the operator of this server to set --model-prices.",
      );
      return;
    }
    this.#usd += usd;
    if (this.#usd >= this.#maxUsd) {
      this.interrupt(`The calls cost ${dollars(this.#usd)}, and max_cost is reached.`);
    }
  }

  /** The first reason stays. */
  interrupt(reason: string): void {
    this.#interruption ??= reason;
  }

  #noteFailure(error: string): void {
    this.#failed += 1;
    const reason = error.length > reasonLength ? `${error.slice(0, reasonLength)}…` : error;
    if (!this.#reasons.has(reason) && this.#reasons.size === maxReasons) return;
    this.#reasons.set(reason, 1 + (this.#reasons.get(reason) ?? 0));
  }

  #tell(): void {
    const count = this.done + this.#failed;
    const failed = this.#failed === 0 ? "" : `, ${this.#failed} failed`;
    this.#report(count, this.#total, `${count} of ${this.#total} answers${failed}`);
  }
}
