import { LRUCache } from "lru-cache";
import { untilAborted } from "../concurrency/until-aborted.ts";
import { type EvaluatedVersions, readEvaluatedVersions } from "../evaluation/evaluated-versions.ts";
import type { EvaluationStore } from "../evaluation/evaluation-store.ts";
import type { CallOptions } from "../prompt-registry.ts";

/** How long a result is served: a person scrolls through many pages of a list in that time. */
const ttlMs = 20_000;

/** Callers whose results are kept. Each result has the versions of at most `maxRunsRead` runs. */
const maxCallers = 200;

/**
 * Which versions were evaluated, by caller. A list asks for it with each of its pages, and reading it
 * takes up to ten requests. Runs that other programs store are missing for up to 20 seconds.
 */
export class EvaluatedCache {
  readonly #byCaller = new LRUCache<string, Promise<EvaluatedVersions>>({
    max: maxCallers,
    ttl: ttlMs,
  });

  /**
   * Callers with the same key wait for the same result. A failure is not kept.
   * @param key stands for workspace and credential
   */
  read(
    key: string,
    store: EvaluationStore,
    { signal }: CallOptions = {},
  ): Promise<EvaluatedVersions> {
    return untilAborted(this.#byCaller.get(key) ?? this.#start(key, store), signal);
  }

  /** For when a run has started or ended: the next call reads anew. */
  clear(): void {
    this.#byCaller.clear();
  }

  /** Without the signal of the caller who is first: others wait for the result too. */
  #start(key: string, store: EvaluationStore): Promise<EvaluatedVersions> {
    const reading = readEvaluatedVersions(store);
    this.#byCaller.set(key, reading);
    reading.catch(() => {
      if (this.#byCaller.peek(key) === reading) this.#byCaller.delete(key);
    });
    return reading;
  }
}

/** The same store, which says when a run has started or ended, or may have. */
export function watchRuns(store: EvaluationStore, onChange: () => void): EvaluationStore {
  const watched: Pick<EvaluationStore, "startRun" | "finishRun"> = {
    startRun: (...given) => store.startRun(...given).finally(onChange),
    finishRun: (...given) => store.finishRun(...given).finally(onChange),
  };
  return new Proxy(store, {
    get(target, name) {
      if (name === "startRun" || name === "finishRun") return watched[name];
      const member: unknown = Reflect.get(target, name);
      // Stores have private members, which a proxy has not.
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}
