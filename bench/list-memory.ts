import type { Effort } from "./effort.ts";
import { startHttpServer } from "./http-server.ts";
import { bareSdkHttp, type Command, onFile, onMlflow } from "./measured-servers.ts";
import type { Mlflow } from "./mlflow-servers.ts";
import { ModernClient } from "./modern-client.ts";
import { rssMiB } from "./process-stats.ts";
import { compared, type Row } from "./rows.ts";
import { repeat } from "./statistics.ts";

const size = 1_000;
/** As many as over stdio, where cold start and memory are measured with the same process. */
const lists = 21;

/** Memory of the HTTP server after lists of 1,000 prompts from a database file. */
export function measureEmbeddedHttpMemory(effort: Effort): Promise<Row[]> {
  return measure(onFile("http", size), "embedded", "embedded", effort);
}

/** The same from an MLflow server that has 1,000 prompts. */
export function measureMlflowHttpMemory({ url, name }: Mlflow, effort: Effort): Promise<Row[]> {
  return measure(onMlflow("http", url), "mlflow", name, effort);
}

async function measure(
  command: Command,
  id: string,
  where: string,
  { rounds }: Effort,
): Promise<Row[]> {
  const samples = await repeat(rounds, async () => ({
    bare: await memoryOf(bareSdkHttp(size)),
    ours: await memoryOf(command),
  }));
  return [
    compared({
      id: `memory/http-${id}-${size}`,
      measured: `memory after lists of ${size} prompts over HTTP, ${where}`,
      unit: "MiB",
      values: samples.map(({ ours }) => ours),
      against: "bare SDK",
      bases: samples.map(({ bare }) => bare),
    }),
  ];
}

async function memoryOf(command: Command): Promise<number> {
  const server = await startHttpServer(command);
  const client = new ModernClient(server.url);
  await repeat(lists, () => client.listPrompts(size));
  const memory = rssMiB(server.pid);
  await client.close();
  await server.close();
  return memory;
}
