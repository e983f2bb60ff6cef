import { connectionsMeasured } from "./connections-measured.ts";
import type { Effort } from "./effort.ts";
import { cpuRows, loadRows, startHttpLoad, throughputRow } from "./http-load.ts";
import { connections } from "./load.ts";
import { bareSdkHttp, onFile, onMlflow, uncachedOnMlflow } from "./measured-servers.ts";
import { loadOfGets } from "./mlflow-calls.ts";
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
    ours: await embedded.runWarm(callsInMemory),
  }));
  await bare.close();
  await embedded.close();
  return [
    ...loadRows("get-http/embedded", `${measured}, embedded`, "bare SDK", samples),
    ...cpuRows("get-http/embedded", `${measured}, embedded`, samples),
  ];
}

/** The same from an MLflow server that has 100 prompts, cached and uncached. */
export async function measureMlflowHttpGets(mlflow: Mlflow, effort: Effort): Promise<Row[]> {
  const { rounds, callsInMemory, callsOfMlflow } = effort;
  const { url, name, workers } = mlflow;
  const bare = await startHttpLoad(bareSdkHttp(100), get, callsInMemory);
  const warm = await startHttpLoad(onMlflow("http", url), get, callsInMemory);
  const newest = await startHttpLoad(uncachedOnMlflow("http", url), get, callsOfMlflow);
  const older = await startHttpLoad(uncachedOnMlflow("http", url, "older"), get, callsOfMlflow);
  await connectionsMeasured();
  const samples = await repeat(rounds, async () => ({
    bare: await bare.run(callsInMemory),
    warm: await warm.runWarm(callsInMemory),
    call: await loadOfGets(url, callsOfMlflow, connections),
    newest: await newest.run(callsOfMlflow),
    older: await older.run(callsOfMlflow),
  }));
  await Promise.all([bare, warm, newest, older].map((server) => server.close()));
  const id = `get-http/mlflow-${workers}-workers`;
  const warmBesideBare = samples.map(({ bare, warm }) => ({ base: bare, ours: warm }));
  const besideCall = samples.map(({ call, newest }) => ({ base: call, ours: newest }));
  const olderBesideCall = samples.map(({ call, older }) => ({ base: call, ours: older }));
  const besideBare = samples.map(({ bare, newest }) => ({ base: bare, ours: newest }));
  const uncached = `${measured}, uncached`;
  return [
    ...loadRows(`${id}/warm`, `${measured}, warm, ${name}`, "bare SDK", warmBesideBare),
    ...cpuRows(`${id}/warm`, `${measured}, warm, ${name}`, warmBesideBare),
    ...loadRows(id, `${uncached}, ${name}`, "MLflow's get", besideCall),
    throughputRow(
      `${id}/older`,
      `${uncached}, older version served, ${name}`,
      "MLflow's get",
      olderBesideCall,
    ),
    ...cpuRows(id, `${uncached}, ${name}`, besideBare),
  ];
}
