import * as z from "zod";
import { RegistryError } from "../../registry/errors.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { MlflowApi } from "../api.ts";
import { isMissing, type Refusal, refusalError, valueOrThrow } from "../errors/refusal.ts";
import { knownExperimentId } from "./known-experiment.ts";

/** Its name, also in other workspaces. */
const defaultExperimentName = "Default";

const createdResponse = z.object({ experiment_id: z.string() });
const foundResponse = z.object({ experiment: createdResponse });

/**
 * The ID of the experiment that traces and evaluations are stored in: the caller's, otherwise the
 * workspace's default one, which is created when there is none.
 */
export async function experimentIdOf(api: MlflowApi, options: CallOptions): Promise<string> {
  return knownExperimentId(api) ?? defaultExperiment(api, options);
}

/** A new workspace has no experiment (3.17). MLflow gives the name "Default" to the first one itself. */
async function defaultExperiment(api: MlflowApi, options: CallOptions): Promise<string> {
  const found = await findDefaultExperiment(api, options);
  if (found !== undefined) return found;
  const body = { name: defaultExperimentName };
  const created = await api.post("/experiments/create", body, createdResponse, options);
  if (created.ok) return created.value.experiment_id;
  // Another call may have created it meanwhile.
  const other = await findDefaultExperiment(api, options);
  if (other === undefined) throw refusalError(created.refusal);
  return other;
}

async function findDefaultExperiment(
  api: MlflowApi,
  options: CallOptions,
): Promise<string | undefined> {
  const query = { experiment_name: defaultExperimentName };
  const found = await api.get("/experiments/get-by-name", query, foundResponse, options);
  if (!found.ok && isMissing(found.refusal)) return undefined;
  return valueOrThrow(found).experiment.experiment_id;
}

/** What a refusal means that names a missing experiment. */
export function noExperiment({ reason }: Refusal): RegistryError {
  const said = reason.trimEnd().replace(/\.$/, "");
  return new RegistryError(
    "not_found",
    `MLflow did not find the experiment: ${said}. Ask the operator of this server to set MLFLOW_EXPERIMENT_ID to one that exists in the workspace.`,
  );
}
