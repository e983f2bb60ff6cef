import * as z from "zod";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { MlflowApi } from "../api.ts";
import { valueOrThrow } from "../errors/refusal.ts";

const scorerList = z.object({
  scorers: z
    .array(z.object({ scorer_name: z.string(), serialized_scorer: z.string() }))
    .default([]),
});

/** The newest version of each scorer of the experiment. */
export async function listScorers(
  api: MlflowApi,
  experimentId: string,
  options?: CallOptions,
): Promise<readonly { readonly name: string; readonly serialized: string }[]> {
  const query = { experiment_id: experimentId };
  const answer = await api.get("/api/3.0/mlflow/scorers/list", query, scorerList, options);
  return valueOrThrow(answer).scorers.map(({ scorer_name, serialized_scorer }) => ({
    name: scorer_name,
    serialized: serialized_scorer,
  }));
}
