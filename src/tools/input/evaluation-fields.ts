import * as z from "zod";
import type { Asking } from "../../evaluation/answer-row.ts";
import { evaluationLimits } from "../../evaluation/limits.ts";
import { RegistryError } from "../../registry/errors.ts";
import type { EvaluationStore } from "../../registry/evaluation/evaluation-store.ts";
import { record } from "../../registry/json.ts";
import type { Session } from "../../session/session.ts";
import { anyJson, shortText } from "./fields.ts";

/** Rows as a caller gives them. */
export const rows = z
  .array(
    z.strictObject({
      inputs: record(anyJson).describe("Values of the prompt's variables."),
      expectations: record(anyJson).default({}),
    }),
  )
  .min(1)
  .max(evaluationLimits.rows)
  .describe(
    'Rows: {"inputs": values by variable name, "expectations": what is expected of the answer, such as {"expected_response": text}, {"expected_facts": [text]} or what the scorers need}.',
  );

export const datasetName = shortText.describe("Name or ID of a dataset, from list_datasets.");

export const judgeModel = shortText
  .optional()
  .describe("The model that judges. Default: model, or else the first of this server's models.");

/** @throws RegistryError `unavailable` where the back end keeps none */
export function evaluationsOf({ evaluations }: Session): EvaluationStore {
  if (evaluations !== undefined) return evaluations;
  throw new RegistryError("unavailable", "This registry keeps no datasets and no evaluations.");
}

/** @throws RegistryError `unavailable` where there is no model */
export function askingOf(session: Session): Asking {
  if (mayAsk(session)) return session;
  throw new RegistryError(
    "unavailable",
    "This server has no model to ask. Its operator sets --models or --model-url.",
  );
}

function mayAsk(session: Session): session is Asking {
  return session.models !== undefined && session.evaluating !== undefined;
}
