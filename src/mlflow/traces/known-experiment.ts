import type { MlflowApi } from "../api.ts";

/** The experiment of MLflow's default workspace, and of servers without workspaces. */
const defaultExperimentId = "0";

/** The same as `experimentIdOf` where no request is needed to tell. */
export function knownExperimentId({ experimentId, workspace }: MlflowApi): string | undefined {
  return experimentId ?? (workspace === undefined ? defaultExperimentId : undefined);
}
