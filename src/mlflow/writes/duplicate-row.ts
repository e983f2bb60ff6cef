import { setTimeout as pause } from "node:timers/promises";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import { type Answer, isDuplicateRow } from "../errors/refusal.ts";

/**
 * Sends a write again that broke on a row that another caller added at the same moment: MLflow has
 * kept nothing of it (3.8 to 3.17).
 * @param send the write; told which retry it is, 0 at first
 */
export async function retryOnDuplicateRow<T>(
  retries: number,
  send: (retry: number) => Promise<Answer<T>>,
  { signal }: CallOptions = {},
): Promise<Answer<T>> {
  let answer = await send(0);
  for (let retry = 1; retry <= retries && !answer.ok && isDuplicateRow(answer.refusal); retry++) {
    // Who goes away meanwhile is told so by the next request, which is then not sent.
    await pause(20 + Math.random() * 50, undefined, { signal }).catch(() => undefined);
    answer = await send(retry);
  }
  return answer;
}
