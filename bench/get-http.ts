import type { Effort } from "./effort.ts";
import { cpuRow, loadRows, startHttpLoad } from "./http-load.ts";
import { connections, load } from "./load.ts";
import { bareSdkHttp, onFile, onMlflow } from "./measured-servers.ts";
import { getPrompt } from "./mlflow-calls.ts";
import type { Mlflow } from "./mlflow-servers.ts";
import type { ModernClient } from "./modern-client.ts";
import { promptName } from "./prompts.ts";
import type { Row } from "./rows.ts";
import { repeat } from "./statistics.ts";

const get = (client: ModernClient, index: number) => client.getPrompt(promptName(index % 100));
const measured = `get over HTTP, ${connections} connections`;

/** `prompts/get` over HTTP with 16 connections, from a database file of 100 prompts. */
export async function measureEmbeddedHttpGets(effort: Effort): Promise<Row[]> {
  const { rounds, callsInMemory } = effort;
  const bare = await startHttpLoad(bareSdkHttp(100), get, callsInMemory);
  const embedded = await startHttpLoad(onFile("http", 100), get, callsInMemory);
  const samples = await repeat(rounds, async () => ({
    base: await bare.run(callsInMemory),
    ours: await embedded.run(callsInMemory),
  }));
  await bare.close();
  await embedded.close();
  return [
    ...loadRows("get-http/embedded", `${measured}, embedded`, "bare SDK", samples),
    cpuRow("get-http/embedded", `${measured}, embedded`, samples),
  ];
}

/** The same from an MLflow server that has 100 prompts. */
export async function measureMlflowHttpGets(mlflow: Mlflow, effort: Effort): Promise<Row[]> {
  const { rounds, callsInMemory, callsOfMlflow } = effort;
  const { url, name, workers } = mlflow;
  const bare = await startHttpLoad(bareSdkHttp(100), get, callsInMemory);
  const program = await startHttpLoad(onMlflow("http", url), get, callsOfMlflow);
  const call = (index: number) => getPrompt(url, promptName(index % 100));
  const samples = await repeat(rounds, async () => ({
    bare: await bare.run(callsInMemory),
    call: await load(callsOfMlflow, connections, call),
    ours: await program.run(callsOfMlflow),
  }));
  await bare.close();
  await program.close();
  const id = `get-http/mlflow-${workers}-workers`;
  const besideCall = samples.map(({ call, ours }) => ({ base: call, ours }));
  const besideBare = samples.map(({ bare, ours }) => ({ base: bare, ours }));
  return [
    ...loadRows(id, `${measured}, ${name}`, "MLflow's get", besideCall),
    cpuRow(id, `${measured}, ${name}`, besideBare),
  ];
}
