import { perform, type Work } from "../registry/engine/work.ts";
import { RegistryError } from "../registry/errors.ts";
import type { Batch, Outcome, WorkerMessage } from "./messages.ts";

/*
 * The program of a worker process. It knows nothing but what it is sent: no environment, no file,
 * no registry. The process that started it ends it when it takes too long.
 */

/** Milliseconds of work after which outcomes are sent on, though the batch goes on. */
const sendAfterMs = 20;

async function outcomeOf(work: Work): Promise<Outcome> {
  try {
    return { kind: "done", result: await perform(work) };
  } catch (error) {
    if (error instanceof RegistryError) {
      return { kind: "refused", error: { kind: error.kind, message: error.message } };
    }
    return { kind: "broken", error: error instanceof Error ? `${error.stack}` : String(error) };
  }
}

async function performAll({ works }: Batch): Promise<void> {
  let outcomes: Outcome[] = [];
  let sentAt = performance.now();
  for (const work of works) {
    outcomes.push(await outcomeOf(work));
    if (performance.now() - sentAt < sendAfterMs) continue;
    send({ kind: "outcomes", outcomes });
    outcomes = [];
    sentAt = performance.now();
  }
  if (outcomes.length > 0) send({ kind: "outcomes", outcomes });
}

function send(message: WorkerMessage): void {
  process.send?.(message);
}

process.on("message", (batch: Batch) => void performAll(batch));
process.once("disconnect", () => process.exit());
send({ kind: "ready" });
