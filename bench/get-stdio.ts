import { resultOf } from "./answers.ts";
import { connectionsMeasured } from "./connections-measured.ts";
import type { Effort } from "./effort.ts";
import { load } from "./load.ts";
import {
  bareSdkStdio,
  type Command,
  onFile,
  onMlflow,
  uncachedOnMlflow,
} from "./measured-servers.ts";
import { loadOfGets } from "./mlflow-calls.ts";
import type { Mlflow } from "./mlflow-servers.ts";
import { cpuMs } from "./process-stats.ts";
import { promptName, values } from "./prompts.ts";
import { beside, compared, type Row } from "./rows.ts";
import { repeat } from "./statistics.ts";
import { StdioServer } from "./stdio-server.ts";

const prompts = 100;

interface Gets {
  readonly p50: number;
  readonly p99: number;
  /** Milliseconds of the server's processor time, a call. */
  readonly cpu: number;
}

interface Warm {
  readonly bare: Gets;
  readonly warm: Gets;
}

interface Uncached {
  readonly bare: Gets;
  readonly call: Omit<Gets, "cpu">;
  readonly newest: Gets;
  readonly older: Gets;
}

/** `prompts/get` over stdio, one after the other, from a database file of 100 prompts. */
export async function measureEmbeddedStdioGets(effort: Effort): Promise<Row[]> {
  const { rounds, callsInMemory } = effort;
  const bare = await start(bareSdkStdio(100), callsInMemory);
  const embedded = await start(onFile("stdio", 100), callsInMemory);
  const samples = await repeat(rounds, async () => ({
    bare: await gets(bare, callsInMemory),
    warm: await warmGets(embedded, callsInMemory),
  }));
  await bare.close();
  await embedded.close();
  return warmRows("get-stdio/embedded", "get over stdio, embedded", samples);
}

/** The same from an MLflow server that has 100 prompts, cached and uncached. */
export async function measureMlflowStdioGets(mlflow: Mlflow, effort: Effort): Promise<Row[]> {
  const { rounds, callsInMemory, callsOfMlflow } = effort;
  const { url, name, workers } = mlflow;
  const bare = await start(bareSdkStdio(100), callsInMemory);
  const warm = await start(onMlflow("stdio", url), callsInMemory);
  const newest = await start(uncachedOnMlflow("stdio", url), callsOfMlflow);
  const older = await start(uncachedOnMlflow("stdio", url, "older"), callsOfMlflow);
  await connectionsMeasured();
  const samples = await repeat(rounds, async () => ({
    bare: await gets(bare, callsInMemory),
    warm: await warmGets(warm, callsInMemory),
    call: await loadOfGets(url, callsOfMlflow, 1),
    newest: await gets(newest, callsOfMlflow),
    older: await gets(older, callsOfMlflow),
  }));
  await Promise.all([bare, warm, newest, older].map((server) => server.close()));
  const id = `get-stdio/mlflow-${workers}-workers`;
  return [
    ...warmRows(`${id}/warm`, `get over stdio, warm, ${name}`, samples),
    ...uncachedRows(id, name, samples),
  ];
}

function warmRows(id: string, what: string, samples: readonly Warm[]): Row[] {
  const measured = (key: keyof Gets, words: string) => ({
    id: `${id}/${key}`,
    measured: `${what}: ${words}`,
    unit: "ms" as const,
    values: samples.map(({ warm }) => warm[key]),
    against: "bare SDK",
    bases: samples.map(({ bare }) => bare[key]),
  });
  return [
    compared(measured("p50", "p50")),
    beside(measured("p99", "p99")),
    compared(measured("cpu", "processor time")),
  ];
}

function uncachedRows(id: string, name: string, samples: readonly Uncached[]): Row[] {
  const measured = (key: "p50" | "p99") => ({
    id: `${id}/${key}`,
    measured: `get over stdio, uncached, ${name}: ${key}`,
    unit: "ms" as const,
    values: samples.map(({ newest }) => newest[key]),
    against: "MLflow's get",
    bases: samples.map(({ call }) => call[key]),
  });
  return [
    compared(measured("p50")),
    beside(measured("p99")),
    compared({
      ...measured("p50"),
      id: `${id}/older`,
      measured: `get over stdio, uncached, older version served, ${name}: p50`,
      values: samples.map(({ older }) => older.p50),
    }),
    compared({
      id: `${id}/cpu`,
      measured: `get over stdio, uncached, ${name}: processor time`,
      unit: "ms",
      values: samples.map(({ newest }) => newest.cpu),
      against: "bare SDK",
      bases: samples.map(({ bare }) => bare.cpu),
    }),
  ];
}

/** Starts a server and warms it up. */
async function start(command: Command, warmUp: number): Promise<StdioServer> {
  const server = new StdioServer(command);
  await server.initialize();
  await gets(server, warmUp);
  return server;
}

/** Cached results may have expired while other servers were measured. */
async function warmGets(server: StdioServer, count: number): Promise<Gets> {
  await gets(server, prompts);
  return gets(server, count);
}

async function gets(server: StdioServer, count: number): Promise<Gets> {
  const before = cpuMs(server.pid);
  const { p50, p99 } = await load(count, 1, async (index) => {
    const name = promptName(index % prompts);
    resultOf((await server.request("prompts/get", { name, arguments: values })).text);
  });
  return { p50, p99, cpu: (cpuMs(server.pid) - before) / count };
}
