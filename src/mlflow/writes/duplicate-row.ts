import { setTimeout as pause } from "node:timers/promises";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import { type Answer, isDuplicateRow } from "../errors/refusal.ts";

/**
 * Retries a write that failed because another caller added the same row at the same moment. MLflow
 * has rolled the failed write back (3.8 to 3.17).
 * @param send sends the write; gets the number of the retry, 0 for the first attempt
 */
export async function retryOnDuplicateRow<T>(
  retries: number,
  send: (retry: number) => Promise<Answer<T>>,
  { signal }: CallOptions = {},
): Promise<Answer<T>> {
  let answer = await send(0);
  for (let retry = 1; retry <= retries && !answer.ok && isDuplicateRow(answer.refusal); retry++) {
    // If the caller cancels during the pause, the next request rejects without being sent.
    await pause(20 + Math.random() * 50, undefined, { signal }).catch(() => undefined);
    answer = await send(retry);
  }
  return answer;
}
