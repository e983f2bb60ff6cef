import * as z from "zod";
import type { EvaluationScope } from "./evaluation-scope.ts";

const scorerRow = z.object({ name: z.string(), serialized: z.string() });

/** The newest version of each scorer of the experiment, by name. */
export function listScorers(
  scope: EvaluationScope,
): readonly { readonly name: string; readonly serialized: string }[] {
  const experiment = scope.findExperiment();
  if (experiment === undefined) return [];
  return scope.select(
    scorerRow,
    `SELECT s.scorer_name AS name, v.serialized_scorer AS serialized
     FROM scorers s JOIN scorer_versions v USING (scorer_id)
     WHERE s.experiment_id = :experiment AND v.scorer_version =
       (SELECT max(scorer_version) FROM scorer_versions WHERE scorer_id = s.scorer_id)
     ORDER BY s.scorer_name`,
    { experiment: experiment.id },
  );
}
