import { createHash } from "node:crypto";
import type { Label } from "./scores.ts";

/** The ID of the trace of a row, so that a row that is stored twice is one trace. */
export function traceIdOf(runId: string, rowKey: string): string {
  return `tr-${hash(`${runId} ${rowKey}`)}`;
}

/** The ID of an assessment of a trace, so that none is stored twice. 34 characters, as MLflow's own. */
export function assessmentIdOf(
  traceId: string,
  kind: "score" | "expectation",
  name: string,
): string {
  return `a-${hash(`${traceId} ${kind} ${name}`)}`;
}

/** The ID of a person's label of a trace: a later label of the same name takes the place of the first. */
export function labelIdOf(traceId: string, { name, user }: Label): string {
  return `a-${hash(JSON.stringify([traceId, "label", user ?? "user", name]))}`;
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
