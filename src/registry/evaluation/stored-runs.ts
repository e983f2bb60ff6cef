import * as z from "zod";
import type { EvaluationRun, RunSearch, RunStatus } from "./runs.ts";

/** The value of the tag `mlflow.linkedPrompts`. What is none names no version: any program may write it. */
export const linkedPrompts = z
  .array(z.object({ name: z.string(), version: z.coerce.number().int() }))
  .catch([]);

/** Runs are ordered by the time they began, newest first, and then by their IDs. */
export const runPosition = z.object({ at: z.number(), id: z.string() });

export type RunPosition = z.infer<typeof runPosition>;

export function positionOf({ startedAt, id }: EvaluationRun): RunPosition {
  return { at: startedAt, id };
}

/** MLflow has five; a killed run is a failed one. */
export function runStatusOf(status: string): RunStatus {
  if (status === "FINISHED") return "finished";
  return status === "RUNNING" || status === "SCHEDULED" ? "running" : "failed";
}

/** Whether a run names the prompt, and the version of it. Searches of texts find a few more. */
export function isOfPrompt(
  { prompts }: EvaluationRun,
  { prompt, version }: Pick<RunSearch, "prompt" | "version">,
): boolean {
  if (prompt === undefined && version === undefined) return true;
  return prompts.some(
    (linked) =>
      (prompt === undefined || linked.name === prompt) &&
      (version === undefined || linked.version === version),
  );
}
