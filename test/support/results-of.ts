import { collected } from "../../src/registry/evaluation/result-pages.ts";
import type { ReadResult, RunStore } from "../../src/registry/evaluation/runs.ts";

/** The results of a run that is small enough to be read as a whole. */
export function resultsOf(
  store: RunStore,
  runId: string,
  limit: number,
): Promise<readonly ReadResult[]> {
  return collected(store.resultPages(runId, limit));
}
