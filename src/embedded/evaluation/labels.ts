import { labelIdOf } from "../../registry/evaluation/row-identity.ts";
import type { Label } from "../../registry/evaluation/scores.ts";
import { writeLabel } from "./assessments.ts";
import type { EvaluationScope } from "./evaluation-scope.ts";
import { findTrace } from "./find-trace.ts";

/** @throws RegistryError `not_found` for a trace that the workspace does not have */
export function setLabel(scope: EvaluationScope, traceId: string, label: Label): void {
  const trace = { traceId, ...findTrace(scope, traceId) };
  writeLabel(scope, trace, labelIdOf(traceId, label), label);
}
