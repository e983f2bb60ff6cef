import { workspaceForbidden } from "../../mlflow/workspace-support.ts";
import { listFirst } from "../../registry/errors.ts";
import { type Check, ok } from "../finding.ts";
import type { MlflowTarget } from "../mlflow.ts";

/** Whether MLflow has workspaces, and the one of the settings. */
export function workspacesCheck({ api, workspace }: MlflowTarget): Check {
  return {
    name: "workspaces",
    async run(signal) {
      const { capabilities, workspaces } = await api.describe({ signal });
      if (!capabilities.workspaces) return ok("MLflow has no workspaces.");
      if (workspace !== undefined && workspaces?.includes(workspace) === false) {
        throw workspaceForbidden(workspace);
      }
      const served = workspace ?? "MLflow's default one";
      const seen =
        workspaces === undefined
          ? ""
          : ` The credential sees ${workspaces.length}: ${listFirst(workspaces, ", ", 10)}.`;
      return ok(`The workspace is ${served}.${seen}`);
    },
  };
}
