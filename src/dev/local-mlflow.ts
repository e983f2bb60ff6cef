import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import { registerSamples } from "../backend/register-samples.ts";
import type { Environment } from "../config/settings.ts";
import { userAgent } from "../config/version.ts";
import { createMlflowClient, type MlflowClient } from "../mlflow/client.ts";
import { valueOrThrow } from "../mlflow/errors/refusal.ts";
import { RegistryError } from "../registry/errors.ts";
import { mlflowRelease } from "./install.ts";
import { startWatched, type WatchedProcess } from "./watched-process.ts";

/** Beside MLflow's own workspace `default`. */
export const secondWorkspace = "marketing";

export interface LocalMlflow {
  readonly url: string;
  /** Where its data is. */
  readonly folder: string;
  /** Aborts when MLflow has ended. */
  readonly ended: AbortSignal;
  close(): Promise<void>;
}

export interface LocalMlflowOptions {
  /** The folder of MLflow's commands. */
  readonly bin: string;
  readonly environment: Environment;
  /** The folder to keep the data in. Absent: a temporary one, which is removed at the end. */
  readonly data: string | undefined;
  readonly signal: AbortSignal;
}

/** A server starts in seconds, on a busy machine in a minute. */
const startTimeoutMs = 180_000;

/**
 * Starts MLflow with workspaces on a free port of loopback. New data get the sample prompts in two
 * workspaces.
 * @throws RegistryError `unavailable` when it does not start, with the end of what it printed
 */
export async function startLocalMlflow(options: LocalMlflowOptions): Promise<LocalMlflow> {
  const { bin, data, signal } = options;
  const folder = data === undefined ? await mkdtemp(join(tmpdir(), "mlflow-dev-")) : resolve(data);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const database = join(folder, "mlflow.db");
  const isNew = !existsSync(database);
  const port = await freePort();
  const started = startWatched({
    python: join(bin, "python"),
    command: [join(bin, "mlflow"), "server", ...serverArguments(folder, database, port)],
    env: serverEnvironment(options.environment),
    cwd: folder,
    remove: data === undefined ? folder : undefined,
  });
  const url = `http://127.0.0.1:${port}`;
  const client = createMlflowClient({ ...patient, baseUrl: url });
  try {
    await untilHealthy(client, started, signal);
    if (isNew) await addSamples(client, signal);
    return { url, folder, ended: started.ended, close: () => started.close() };
  } catch (error) {
    await started.close();
    throw error;
  } finally {
    await client.close();
  }
}

/** The first requests of a new server take longer. */
const patient = { connectTimeoutMs: 2_000, requestTimeoutMs: 60_000, maxRetries: 2, userAgent };

function serverArguments(folder: string, database: string, port: number): readonly string[] {
  return [
    ...["--backend-store-uri", `sqlite:///${database}`],
    ...["--artifacts-destination", join(folder, "artifacts")],
    ...["--host", "127.0.0.1", "--port", String(port), "--workers", "1", "--enable-workspaces"],
  ];
}

/** Settings of another MLflow must not reach this one. */
function serverEnvironment(environment: Environment): NodeJS.ProcessEnv {
  const others = Object.entries(environment).filter(([name]) => !name.startsWith("MLFLOW_"));
  return {
    ...Object.fromEntries(others),
    MLFLOW_DISABLE_TELEMETRY: "true",
    // Nothing here needs evaluation jobs, which take seconds to start.
    MLFLOW_SERVER_ENABLE_JOB_EXECUTION: "false",
  };
}

async function untilHealthy(
  client: MlflowClient,
  started: WatchedProcess,
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + startTimeoutMs;
  while (performance.now() < deadline && !started.ended.aborted) {
    if (await isHealthy(client, signal)) return;
    await pause(200, undefined, { signal });
  }
  throw new RegistryError(
    "unavailable",
    `MLflow ${mlflowRelease} did not start. It printed: ${started.output().trim().slice(-1_500)}`,
  );
}

async function isHealthy(client: MlflowClient, signal: AbortSignal): Promise<boolean> {
  try {
    await client.ping({ signal });
    return true;
  } catch (error) {
    if (error instanceof RegistryError) return false;
    throw error;
  }
}

async function addSamples(client: MlflowClient, signal: AbortSignal): Promise<void> {
  const workspace = { name: secondWorkspace, description: "A second workspace" };
  const path = "/api/3.0/mlflow/workspaces";
  valueOrThrow(await client.api().post(path, workspace, z.object({}), { signal }));
  await registerSamples(client.registry(), { signal });
  await registerSamples(client.registry({ workspace: secondWorkspace }), { signal });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("There is no free port.");
  return address.port;
}
