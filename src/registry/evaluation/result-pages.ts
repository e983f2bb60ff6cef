import { quote, RegistryError } from "../errors.ts";

/** All items of the pages together. */
export async function collected<T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}

export function noResult(runId: string, traceId: string): RegistryError {
  return new RegistryError(
    "not_found",
    `The run ${quote(runId)} has no complete row ${quote(traceId)}: it was deleted. Evaluate again.`,
  );
}
