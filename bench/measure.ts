import type { Effort } from "./effort.ts";
import { measureEmbeddedHttpGets, measureMlflowHttpGets } from "./get-http.ts";
import { measureEmbeddedStdioGets, measureMlflowStdioGets } from "./get-stdio.ts";
import { measureEmbeddedLists, measureLists } from "./list.ts";
import { measureEmbeddedHttpLists } from "./list-http.ts";
import { type Mlflow, startServer } from "./mlflow-servers.ts";
import { seedRegistryFiles, sizes } from "./registry-files.ts";
import { countRequests } from "./requests.ts";
import type { Row } from "./rows.ts";

export interface Options {
  readonly effort: Effort;
  /** MLflow with its default of 4 workers as well as with 1. Takes another half of the time. */
  readonly defaultWorkers: boolean;
  /** Told what comes next. */
  readonly onStep: (step: string) => void;
}

/** Everything, in the order of the table. */
export async function measure({ effort, defaultWorkers, onStep }: Options): Promise<Row[]> {
  onStep("filling the registries");
  await seedRegistryFiles();
  const rows: Row[] = [];

  onStep("embedded: lists");
  for (const size of sizes) rows.push(...(await measureEmbeddedLists(size, effort)));
  rows.push(...(await measureEmbeddedHttpLists(effort)));
  onStep("embedded: gets");
  rows.push(...(await measureEmbeddedStdioGets(effort)));
  rows.push(...(await measureEmbeddedHttpGets(effort)));

  onStep("starting MLflow with 1 worker");
  await withServer(await startServer(1, 10), async (mlflow) => {
    for (const size of sizes) {
      await mlflow.growTo(size);
      onStep(`${mlflow.name}: lists of ${size} prompts`);
      rows.push(...(await measureLists(mlflow, size, effort)));
      rows.push(...(await countRequests(mlflow, size)));
      if (size !== 100) continue;
      onStep(`${mlflow.name}: gets`);
      rows.push(...(await measureMlflowStdioGets(mlflow, effort)));
      rows.push(...(await measureMlflowHttpGets(mlflow, effort)));
    }
  });
  if (!defaultWorkers) return rows;

  onStep("starting MLflow with 4 workers");
  await withServer(await startServer(4, 100), async (mlflow) => {
    onStep(`${mlflow.name}: lists`);
    rows.push(...(await measureLists(mlflow, 100, effort)));
    onStep(`${mlflow.name}: gets`);
    rows.push(...(await measureMlflowStdioGets(mlflow, effort)));
    rows.push(...(await measureMlflowHttpGets(mlflow, effort)));
  });
  return rows;
}

async function withServer(mlflow: Mlflow, work: (mlflow: Mlflow) => Promise<void>): Promise<void> {
  try {
    await work(mlflow);
  } finally {
    await mlflow.stop();
  }
}
