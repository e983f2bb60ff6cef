import { setTimeout as pause } from "node:timers/promises";

/**
 * Waits until a program that has answered calls has measured which connections to MLflow are the
 * faster: it does so 2 s after its first answer, with a few requests, best while nothing else runs.
 */
export async function connectionsMeasured(): Promise<void> {
  await pause(3_000);
}
