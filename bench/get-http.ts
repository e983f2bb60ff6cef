import type { Effort } from "./effort.ts";
import { startHttpServer } from "./http-server.ts";
import { connections, type Load, load } from "./load.ts";
import { bareSdkHttp, type Command, onFile, onMlflow } from "./measured-servers.ts";
import { getPrompt } from "./mlflow-calls.ts";
import type { Mlflow } from "./mlflow-servers.ts";
import { ModernClient } from "./modern-client.ts";
import { cpuMs } from "./process-stats.ts";
import { promptName } from "./prompts.ts";
import { beside, compared, type Row } from "./rows.ts";
import { repeat } from "./statistics.ts";

type Gets = Load & {
  /** Milliseconds of the server's processor time, a call. */
  readonly cpu: number;
};

/** `prompts/get` over HTTP with 16 connections, from a database file of 100 prompts. */
export async function measureEmbeddedHttpGets(effort: Effort): Promise<Row[]> {
  const { rounds, callsInMemory } = effort;
  const bare = await start(bareSdkHttp(100), callsInMemory);
  const embedded = await start(onFile("http", 100), callsInMemory);
  const samples = await repeat(rounds, async () => ({
    base: await bare.gets(callsInMemory),
    ours: await embedded.gets(callsInMemory),
  }));
  await bare.close();
  await embedded.close();
  return [
    ...loadRows("get-http/embedded", "embedded", "bare SDK", samples),
    cpuRow("get-http/embedded", "embedded", samples),
  ];
}

/** The same from an MLflow server that has 100 prompts. */
export async function measureMlflowHttpGets(mlflow: Mlflow, effort: Effort): Promise<Row[]> {
  const { rounds, callsInMemory, callsOfMlflow } = effort;
  const { url, name, workers } = mlflow;
  const bare = await start(bareSdkHttp(100), callsInMemory);
  const program = await start(onMlflow("http", url), callsOfMlflow);
  const call = (index: number) => getPrompt(url, promptName(index % 100));
  const samples = await repeat(rounds, async () => ({
    bare: await bare.gets(callsInMemory),
    call: await load(callsOfMlflow, connections, call),
    ours: await program.gets(callsOfMlflow),
  }));
  await bare.close();
  await program.close();
  const id = `get-http/mlflow-${workers}-workers`;
  const besideCall = samples.map(({ call, ours }) => ({ base: call, ours }));
  const besideBare = samples.map(({ bare, ours }) => ({ base: bare, ours }));
  return [...loadRows(id, name, "MLflow's get", besideCall), cpuRow(id, name, besideBare)];
}

function loadRows(
  id: string,
  where: string,
  against: string,
  samples: readonly { readonly base: Load; readonly ours: Load }[],
): Row[] {
  return [
    compared({
      id: `${id}/throughput`,
      measured: `get over HTTP, ${connections} connections, ${where}`,
      unit: "calls/s",
      values: samples.map(({ ours }) => ours.callsPerSecond),
      against,
      bases: samples.map(({ base }) => base.callsPerSecond),
    }),
    beside({
      id: `${id}/p99`,
      measured: `get over HTTP, ${connections} connections, ${where}: p99`,
      unit: "ms",
      values: samples.map(({ ours }) => ours.p99),
      against,
      bases: samples.map(({ base }) => base.p99),
    }),
  ];
}

function cpuRow(
  id: string,
  where: string,
  samples: readonly { readonly base: Gets; readonly ours: Gets }[],
): Row {
  return compared({
    id: `${id}/cpu`,
    measured: `get over HTTP, ${connections} connections, ${where}: processor time`,
    unit: "ms",
    values: samples.map(({ ours }) => ours.cpu),
    against: "bare SDK",
    bases: samples.map(({ base }) => base.cpu),
  });
}

/** Starts a server and lets it get into its stride. */
async function start(command: Command, warmUp: number) {
  const server = await startHttpServer(command);
  const client = new ModernClient(server.url);
  async function gets(count: number): Promise<Gets> {
    const before = cpuMs(server.pid);
    const measured = await load(count, connections, (index) =>
      client.getPrompt(promptName(index % 100)),
    );
    return { ...measured, cpu: (cpuMs(server.pid) - before) / count };
  }
  await gets(warmUp);
  return {
    gets,
    async close() {
      await client.close();
      await server.close();
    },
  };
}
