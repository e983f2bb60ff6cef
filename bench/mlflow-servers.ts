import { copyFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { mlflowAvailable } from "../test/support/mlflow-install.ts";
import { startMlflow } from "../test/support/mlflow-server.ts";
import { workFolder } from "./built.ts";
import { getVersion, searchPrompts } from "./mlflow-calls.ts";
import { promptName } from "./prompts.ts";
import { addPrompts, registryFile, type Size } from "./registry-files.ts";

export const mlflowRelease = "3.17.2";

/** A running MLflow with a registry in SQLite. */
export interface Mlflow {
  readonly url: string;
  readonly workers: number;
  /** In words, for the table. */
  readonly name: string;
  /** Adds prompts until there are `size`. Starting another server would take ten times as long. */
  growTo(size: Size): Promise<void>;
  stop(): Promise<void>;
}

/** Installs MLflow when it is not there yet, and starts it with `size` prompts. */
export async function startServer(workers: number, size: Size): Promise<Mlflow> {
  const { path, ...server } = await startServerOn(registryFile(size), workers);
  let prompts = size;
  return {
    ...server,
    workers,
    async growTo(wanted) {
      await addPrompts(path, { from: prompts, to: wanted });
      prompts = wanted;
      await warmUp(server.url, workers);
    },
  };
}

/** Starts MLflow on a copy of a database file, which it may upgrade. `path` is the copy. */
export async function startServerOn(
  file: string,
  workers: number,
): Promise<Pick<Mlflow, "url" | "name" | "stop"> & { readonly path: string }> {
  const available = await mlflowAvailable(mlflowRelease);
  if (!available.ok) throw new Error(`MLflow cannot be run here: ${available.reason}`);
  const path = join(workFolder, `mlflow-${workers}-${basename(file)}`);
  await copyFile(file, path);
  // The last of two options of one name counts.
  const args = ["--backend-store-uri", `sqlite:///${path}`];
  const { url, stop } = await startMlflow({ release: mlflowRelease, workers, args });
  await warmUp(url, workers);
  const name = workers === 1 ? "MLflow with 1 worker" : `MLflow with ${workers} workers`;
  return { url, name, path, stop };
}

/** The first calls of a worker take many times as long as those that follow. */
async function warmUp(url: string, workers: number): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await Promise.all(
      Array.from({ length: 2 * workers }, async () => {
        await searchPrompts(url);
        await getVersion(url, promptName(0));
      }),
    );
  }
}
