import { setTimeout as pause } from "node:timers/promises";

/**
 * Waits until the program has measured which connections to MLflow are faster. It measures 2 s after
 * its first response, with a few requests. Nothing else should run then.
 */
export async function connectionsMeasured(): Promise<void> {
  await pause(3_000);
}
