import * as z from "zod";
import { codeScorer } from "../../registry/evaluation/scorers/code-scorer.ts";
import { judgeNames, judgeSpec } from "./judges/judge-scorers.ts";

/** Scorers that need no settings, so that their names are enough. */
const codeNames = [
  "exact_match",
  "contains",
  "json_schema",
  "json_fields",
  "numeric",
  "latency",
  "cost",
  "similarity",
] as const;

/** The names of our own scorers. */
export const knownNames: ReadonlySet<string> = new Set([...codeNames, ...judgeNames, "guidelines"]);

/** A scorer as a caller names it: one of ours, with its settings, or one that is registered in MLflow. */
export const scorerSpec = z.union([z.string().min(1).max(250), codeScorer, judgeSpec]);

export type ScorerSpec = z.infer<typeof scorerSpec>;

/** Whether it names a scorer that is none of ours. */
export function namesRegistered(spec: ScorerSpec): boolean {
  return typeof spec === "string" && !knownNames.has(spec);
}
