import type { Effort } from "./effort.ts";
import { cpuRows, loadRows, startHttpLoad } from "./http-load.ts";
import { connections } from "./load.ts";
import { bareSdkHttp, type Command, onFile, onMlflow } from "./measured-servers.ts";
import type { Mlflow } from "./mlflow-servers.ts";
import type { ModernClient } from "./modern-client.ts";
import type { Row } from "./rows.ts";
import { repeat } from "./statistics.ts";

/** `prompts/list` over HTTP with 16 connections, from a database file of 100 prompts. */
export function measureEmbeddedHttpLists(effort: Effort): Promise<Row[]> {
  return measure(onFile("http", 100), "list-http/embedded", "embedded", effort);
}

/** The same from an MLflow server that has 100 prompts, cached. */
export function measureMlflowHttpLists(mlflow: Mlflow, effort: Effort): Promise<Row[]> {
  const { url, workers, name } = mlflow;
  const id = `list-http/mlflow-${workers}-workers/warm`;
  return measure(onMlflow("http", url), id, `warm, ${name}`, effort);
}

async function measure(
  command: Command,
  id: string,
  where: string,
  { rounds, callsInMemory }: Effort,
): Promise<Row[]> {
  const list = (client: ModernClient) => client.listPrompts(100);
  const bare = await startHttpLoad(bareSdkHttp(100), list, callsInMemory);
  const program = await startHttpLoad(command, list, callsInMemory);
  const samples = await repeat(rounds, async () => ({
    base: await bare.run(callsInMemory),
    ours: await program.runWarm(callsInMemory),
  }));
  await bare.close();
  await program.close();
  const measured = `list of 100 prompts over HTTP, ${connections} connections, ${where}`;
  return [...loadRows(id, measured, "bare SDK", samples), ...cpuRows(id, measured, samples)];
}
