import type { Effort } from "./effort.ts";
import { startHttpServer } from "./http-server.ts";
import { onFile } from "./measured-servers.ts";
import { metricOf } from "./metrics.ts";
import { ModernClient } from "./modern-client.ts";
import { rssMiB } from "./process-stats.ts";
import { promptName } from "./prompts.ts";
import type { Row } from "./rows.ts";
import { fileOfWorkspaces } from "./scale-files.ts";
import { scaledRows } from "./scaled-row.ts";
import { repeat } from "./statistics.ts";

const few = 100;
const many = 1_000;
const mibOfByte = 1 / 1_024 / 1_024;

interface Visited {
  /** Milliseconds for all. */
  readonly time: number;
  /** MiB. */
  readonly memory: number;
  /** MiB of cached results, as the server counts them. */
  readonly remembered: number;
}

/** One get in each of 1,000 workspaces over HTTP, beside 100. */
export async function measureWorkspaces({ roundsOfScale }: Effort): Promise<Row[]> {
  const workspaces = Array.from({ length: many }, (_, index) => `team-${index}`);
  const file = await fileOfWorkspaces(workspaces);
  const samples = await repeat(roundsOfScale, async () => ({
    small: await visit(file, workspaces.slice(0, few)),
    large: await visit(file, workspaces),
  }));
  const row = scaledRows("scale/workspaces", `the same with ${few}`, samples);
  return [
    row("time", `a get in each of ${many} workspaces over HTTP, embedded`, "ms", 10),
    row("remembered", `what is remembered of ${many} workspaces after that`, "MiB", 10),
    row("memory", `memory after a get in each of ${many} workspaces`, "MiB", 1),
  ];
}

async function visit(file: string, workspaces: readonly string[]): Promise<Visited> {
  const server = await startHttpServer(onFile("http", file));
  const client = new ModernClient(server.url);
  // The default workspace: the first calls of a server take longer.
  for (let call = 0; call < few; call++) await client.getPrompt(promptName(call % 10));
  const remembered = await metricOf(server.url, "mlflow_prompts_cache_bytes");
  const begin = performance.now();
  for (const workspace of workspaces) await client.getPrompt(promptName(0), workspace);
  const time = performance.now() - begin;
  const memory = rssMiB(server.pid);
  const now = await metricOf(server.url, "mlflow_prompts_cache_bytes");
  await client.close();
  await server.close();
  return { time, memory, remembered: mibOfByte * (now - remembered) };
}
