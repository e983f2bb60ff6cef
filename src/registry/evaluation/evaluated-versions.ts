import type { CallOptions } from "../prompt-registry.ts";
import type { EvaluationRun, RunStore } from "./runs.ts";

/** How many of the newest evaluation runs are looked at, and how many in one request. */
export const maxRunsRead = 1_000;
const pageSize = 100;

/** The versions that evaluation runs name, of any status but failed. */
export interface EvaluatedVersions {
  readonly has: (name: string, version: number) => boolean;
  /** There are more than `maxRunsRead` runs: a version that is not found may be in an older one. */
  readonly cut: boolean;
}

/** Reads which versions were evaluated, from the newest runs of the caller's experiment. */
export async function readEvaluatedVersions(
  store: Pick<RunStore, "listRuns">,
  options?: CallOptions,
): Promise<EvaluatedVersions> {
  const found = new Set<string>();
  let cursor: string | undefined;
  for (let read = 0; read < maxRunsRead; read += pageSize) {
    const page = await store.listRuns({ limit: pageSize, ...(cursor ? { cursor } : {}) }, options);
    for (const key of page.items.flatMap(keysOf)) found.add(key);
    cursor = page.nextCursor;
    if (cursor === undefined) break;
  }
  return {
    has: (name, version) => found.has(keyOf(name, version)),
    cut: cursor !== undefined,
  };
}

function keysOf({ status, prompts }: EvaluationRun): readonly string[] {
  return status === "failed" ? [] : prompts.map(({ name, version }) => keyOf(name, version));
}

function keyOf(name: string, version: number): string {
  return JSON.stringify([name, version]);
}
