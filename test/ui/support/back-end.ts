import { randomUUID } from "node:crypto";
import { inject } from "vitest";
import { samples } from "../../../src/embedded/samples.ts";
import { createMlflowClient } from "../../../src/mlflow/client.ts";

/**
 * Settings of a program with a registry of its own, which has the sample prompts: an embedded file, or a
 * workspace of the MLflow server that the project runs against.
 */
export async function ownRegistry(): Promise<Readonly<Record<string, string>>> {
  const url = inject("mlflow");
  if (url === undefined) return {};
  const workspace = `view-${randomUUID()}`;
  await createWorkspace(url, workspace);
  await addSamples(url, workspace);
  return { MLFLOW_TRACKING_URI: url, MLFLOW_WORKSPACE: workspace };
}

async function createWorkspace(url: string, name: string): Promise<void> {
  const response = await fetch(`${url}/api/3.0/mlflow/workspaces`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name }),
  });
  if (!response.ok) throw new Error(`MLflow answered ${response.status}: ${await response.text()}`);
}

/** What an embedded file has when it is created. */
async function addSamples(url: string, workspace: string): Promise<void> {
  const client = createMlflowClient({
    ...{ baseUrl: url, connectTimeoutMs: 2_000, requestTimeoutMs: 30_000, maxRetries: 2 },
    userAgent: "mlflow-prompts-mcp/test",
  });
  const registry = client.registry({ workspace });
  for (const { name, versions, aliases } of samples) {
    for (const draft of versions) await registry.registerVersion(name, draft);
    for (const [alias, version] of Object.entries(aliases)) {
      await registry.setAlias(name, alias, version);
    }
  }
  await client.close();
}
