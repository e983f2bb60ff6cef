import { resultOf } from "./answers.ts";
import type { Effort } from "./effort.ts";
import { load } from "./load.ts";
import { bareSdkStdio, type Command, onFile, onMlflow } from "./measured-servers.ts";
import { getPrompt } from "./mlflow-calls.ts";
import type { Mlflow } from "./mlflow-servers.ts";
import { cpuMs } from "./process-stats.ts";
import { promptName, values } from "./prompts.ts";
import { beside, compared, type Row } from "./rows.ts";
import { repeat } from "./statistics.ts";
import { StdioServer } from "./stdio-server.ts";

interface Gets {
  readonly p50: number;
  readonly p99: number;
  /** Milliseconds of the server's processor time, a call. */
  readonly cpu: number;
}

interface MlflowSample {
  readonly bare: Gets;
  readonly call: { readonly p50: number; readonly p99: number };
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
    ours: await gets(embedded, callsInMemory),
  }));
  await bare.close();
  await embedded.close();
  const measured = (key: keyof Gets, what: string) => ({
    id: `get-stdio/embedded/${key}`,
    measured: `get over stdio, embedded: ${what}`,
    unit: "ms" as const,
    values: samples.map(({ ours }) => ours[key]),
    against: "bare SDK",
    bases: samples.map((sample) => sample.bare[key]),
  });
  return [
    compared(measured("p50", "p50")),
    beside(measured("p99", "p99")),
    compared(measured("cpu", "processor time")),
  ];
}

/** The same from an MLflow server that has 100 prompts. */
export async function measureMlflowStdioGets(mlflow: Mlflow, effort: Effort): Promise<Row[]> {
  const { rounds, callsInMemory, callsOfMlflow } = effort;
  const bare = await start(bareSdkStdio(100), callsInMemory);
  const newest = await start(onMlflow("stdio", mlflow.url), callsOfMlflow);
  const older = await start(onMlflow("stdio", mlflow.url, "older"), callsOfMlflow);
  const call = (index: number) => getPrompt(mlflow.url, promptName(index % 100));
  const samples = await repeat(rounds, async () => ({
    bare: await gets(bare, callsInMemory),
    call: await load(callsOfMlflow, 1, call),
    newest: await gets(newest, callsOfMlflow),
    older: await gets(older, callsOfMlflow),
  }));
  await Promise.all([bare, newest, older].map((server) => server.close()));
  return mlflowRows(mlflow, samples);
}

function mlflowRows({ workers, name }: Mlflow, samples: readonly MlflowSample[]): Row[] {
  const id = `get-stdio/mlflow-${workers}-workers`;
  const measured = (key: "p50" | "p99") => ({
    id: `${id}/${key}`,
    measured: `get over stdio, ${name}: ${key}`,
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
      measured: `get over stdio, older version served, ${name}: p50`,
      values: samples.map(({ older }) => older.p50),
    }),
    compared({
      id: `${id}/cpu`,
      measured: `get over stdio, ${name}: processor time`,
      unit: "ms",
      values: samples.map(({ newest }) => newest.cpu),
      against: "bare SDK",
      bases: samples.map(({ bare }) => bare.cpu),
    }),
  ];
}

/** Starts a server and lets it get into its stride. */
async function start(command: Command, warmUp: number): Promise<StdioServer> {
  const server = new StdioServer(command);
  await server.initialize();
  await gets(server, warmUp);
  return server;
}

async function gets(server: StdioServer, count: number): Promise<Gets> {
  const before = cpuMs(server.pid);
  const { p50, p99 } = await load(count, 1, async (index) => {
    const name = promptName(index % 100);
    resultOf((await server.request("prompts/get", { name, arguments: values })).text);
  });
  return { p50, p99, cpu: (cpuMs(server.pid) - before) / count };
}
