import type { TestProject } from "vitest/node";
import { mlflowAvailable } from "../../support/mlflow-install.ts";
import { startMlflow } from "../../support/mlflow-server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The URL of the MLflow server that the project runs against; absent where it is embedded. */
    readonly mlflow: string | undefined;
  }
}

/** One server for all files of the project: each view has a workspace of its own there. */
export default async function setup(project: TestProject) {
  const release = "3.17.2";
  const available = await mlflowAvailable(release);
  if (!available.ok) throw new Error(`These scenarios need MLflow ${release}: ${available.reason}`);
  const server = await startMlflow({ release, workspaces: true });
  project.provide("mlflow", server.url);
  return () => server.stop();
}
