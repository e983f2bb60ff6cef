import { randomBytes } from "node:crypto";
import { type Attempt, type AttemptOutcome, traceOf } from "../../evaluation/call-trace.ts";
import type { Session } from "../../session/session.ts";

/** What a call says of its trace. */
export interface Traced {
  /** Absent when there is certainly none. */
  readonly traceId?: string;
  readonly url?: string;
  /** Sentences, for what is not as expected. */
  readonly notes: readonly string[];
}

/** Stores the trace of a call. Never rejects: the answer is worth more than its trace. */
export async function storeTrace(
  { traces, who }: Session,
  attempt: Attempt,
  outcome: AttemptOutcome,
): Promise<Traced> {
  if (traces === undefined) {
    return { notes: ["No trace was stored: the registry of this session keeps none."] };
  }
  const traceId = `tr-${randomBytes(16).toString("hex")}`;
  const stored = await traces.store({
    ...traceOf(attempt, outcome),
    traceId,
    ...(who === undefined ? {} : { user: who }),
  });
  switch (stored.kind) {
    case "stored":
      return {
        traceId,
        ...(stored.url === undefined ? {} : { url: stored.url }),
        notes: "error" in outcome ? [`The failure is in trace ${traceId}.`] : [],
      };
    case "pending":
      return {
        traceId,
        notes: [`The trace ${traceId} is still being stored, because MLflow is slow.`],
      };
    case "failed":
      return { notes: [`No complete trace was stored: ${stored.reason}`] };
  }
}
