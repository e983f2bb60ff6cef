import { runJob, type TemplateJob } from "../registry/engine/template-job.ts";
import { RegistryError } from "../registry/errors.ts";
import { stringifyJson } from "../registry/json.ts";
import { type Batch, type Outcome, readWritten, type WorkerMessage } from "./messages.ts";

/*
 * The program of a worker process. Its only input is the messages it receives: no environment, no
 * file, no registry. Its parent kills it when a job exceeds a limit.
 */

/** Milliseconds after which outcomes are sent before the batch is finished. */
const sendAfterMs = 20;

async function outcomeOf(job: string): Promise<Outcome> {
  try {
    const result = await runJob(readWritten<TemplateJob>(job));
    return { kind: "done", ...(result === undefined ? {} : { result: stringifyJson(result) }) };
  } catch (error) {
    if (error instanceof RegistryError) {
      return { kind: "refused", error: { kind: error.kind, message: error.message } };
    }
    return { kind: "broken", error: error instanceof Error ? `${error.stack}` : String(error) };
  }
}

async function runBatch({ jobs }: Batch): Promise<void> {
  let outcomes: Outcome[] = [];
  let sentAt = performance.now();
  for (const job of jobs) {
    outcomes.push(await outcomeOf(job));
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

process.on("message", (batch: Batch) => void runBatch(batch));
process.once("disconnect", () => process.exit());
send({ kind: "ready" });
