import { checkList } from "./answers.ts";
import type { Effort } from "./effort.ts";
import { bareSdkStdio, type Command, onFile, onMlflow } from "./measured-servers.ts";
import { searchPrompts } from "./mlflow-calls.ts";
import type { Mlflow } from "./mlflow-servers.ts";
import { persistently } from "./persistently.ts";
import { rssMiB } from "./process-stats.ts";
import type { Size } from "./registry-files.ts";
import { compared, type Row } from "./rows.ts";
import { median, repeat } from "./statistics.ts";
import { StdioServer } from "./stdio-server.ts";

/** Enough for a server to get into its stride where MLflow does not set the pace. */
const repetitionsInMemory = 20;

interface Listed {
  /** From spawning the server to the last byte of its first list, milliseconds. */
  readonly cold: number;
  /** The same list once more. */
  readonly again: number;
  /** After that, MiB. */
  readonly memory: number;
  /** Characters of the answer. */
  readonly length: number;
  /** Attempts that failed before this one. */
  readonly failures: number;
}

interface Sample {
  readonly bare: Listed;
  /** MLflow's own search, milliseconds. */
  readonly call: number;
  readonly newest: Listed;
  readonly older: Listed;
}

/** Cold start, lists and memory with an MLflow server that has `size` prompts, over stdio. */
export async function measureLists(mlflow: Mlflow, size: Size, { rounds }: Effort): Promise<Row[]> {
  const { url } = mlflow;
  const samples = await repeat(rounds, async () => ({
    bare: await list(bareSdkStdio(size), size),
    call: await timeSearch(url, size),
    newest: await list(onMlflow("stdio", url), size),
    older: await list(onMlflow("stdio", url, "older"), size),
  }));
  checkLikeness(samples);
  return [
    ...coldRows(mlflow, size, samples),
    ...listRows(mlflow, size, samples),
    ...(size === 1_000 ? [memoryRow(`mlflow-${size}`, mlflow.name, samples)] : []),
    ...failureRows(mlflow, size, samples),
  ];
}

/** Cold start, lists and memory with a database file. */
export async function measureEmbeddedLists(size: Size, { rounds }: Effort): Promise<Row[]> {
  const samples = await repeat(rounds, async () => ({
    bare: await list(bareSdkStdio(size), size, repetitionsInMemory),
    newest: await list(onFile("stdio", size), size, repetitionsInMemory),
  }));
  const measured = (key: "cold" | "again", what: string) => ({
    id: `${key}/embedded-${size}`,
    measured: `${what}, ${size} prompts, embedded`,
    unit: "ms" as const,
    values: samples.map(({ newest }) => newest[key]),
    against: "bare SDK",
    bases: samples.map(({ bare }) => bare[key]),
  });
  return [
    compared(measured("cold", "spawn to first list")),
    compared(measured("again", "list again")),
    ...(size === 1_000 ? [memoryRow(`embedded-${size}`, "embedded", samples)] : []),
  ];
}

function coldRows(mlflow: Mlflow, size: Size, samples: readonly Sample[]): Row[] {
  const id = `cold/mlflow-${size}-${mlflow.workers}-workers`;
  const measured = {
    measured: `spawn to first list, ${size} prompts, ${mlflow.name}`,
    unit: "ms" as const,
    values: samples.map(({ newest }) => newest.cold),
  };
  return [
    compared({
      ...measured,
      id: `${id}/bare-sdk`,
      against: "bare SDK",
      bases: samples.map(({ bare }) => bare.cold),
    }),
    compared({
      ...measured,
      id: `${id}/floor`,
      against: "bare SDK + MLflow's search",
      bases: samples.map(({ bare, call }) => bare.cold + call),
    }),
  ];
}

function listRows(mlflow: Mlflow, size: Size, samples: readonly Sample[]): Row[] {
  const id = `again/mlflow-${size}-${mlflow.workers}-workers`;
  const what = `${size} prompts, ${mlflow.name}`;
  const search = {
    unit: "ms" as const,
    against: "MLflow's search",
    bases: samples.map(({ call }) => call),
  };
  return [
    compared({
      ...search,
      id: `${id}/newest`,
      measured: `list again, ${what}`,
      values: samples.map(({ newest }) => newest.again),
    }),
    compared({
      ...search,
      id: `${id}/older`,
      measured: `list again, older version served, ${what}`,
      values: samples.map(({ older }) => older.again),
    }),
  ];
}

function memoryRow(
  id: string,
  where: string,
  samples: readonly { readonly bare: Listed; readonly newest: Listed }[],
): Row {
  return compared({
    id: `memory/${id}`,
    measured: `memory after lists of 1000 prompts, ${where}`,
    unit: "MiB",
    values: samples.map(({ newest }) => newest.memory),
    against: "bare SDK",
    bases: samples.map(({ bare }) => bare.memory),
  });
}

/** A row when something failed: nothing else tells of it, since it is done again. */
function failureRows(mlflow: Mlflow, size: Size, samples: readonly Sample[]): Row[] {
  const failures = samples.reduce(
    (sum, { newest, older }) => sum + newest.failures + older.failures,
    0,
  );
  if (failures === 0) return [];
  const lists = samples.length * 2 * (1 + repetitions(size));
  return [
    {
      id: `failures/mlflow-${size}-${mlflow.workers}-workers`,
      measured: `failed lists besides ${lists} that did not fail, ${size} prompts, ${mlflow.name}`,
      unit: "failures",
      value: failures,
    },
  ];
}

async function list(command: Command, size: Size, times = repetitions(size)): Promise<Listed> {
  const { result, failures } = await persistently(() => listOnce(command, size, times));
  return { ...result, failures };
}

async function listOnce(
  command: Command,
  size: Size,
  times: number,
): Promise<Omit<Listed, "failures">> {
  const server = new StdioServer(command);
  try {
    await server.initialize();
    const first = await server.request("prompts/list", {});
    checkList(first.text, size);
    const again = await repeat(times, async () => {
      const asked = performance.now();
      const answer = await server.request("prompts/list", {});
      checkList(answer.text, size);
      return answer.at - asked;
    });
    return {
      cold: first.at - server.spawnedAt,
      again: median(again),
      memory: rssMiB(server.pid),
      length: first.text.length,
    };
  } finally {
    await server.close();
  }
}

async function timeSearch(url: string, size: Size): Promise<number> {
  const times = await repeat(repetitions(size), async () => {
    const asked = performance.now();
    await searchPrompts(url);
    return performance.now() - asked;
  });
  return median(times);
}

/** Short calls are repeated, long ones are steady enough. */
function repetitions(size: Size): number {
  return size === 1_000 ? 2 : 10;
}

/** The bare SDK is a floor only while it answers about what the program does. */
function checkLikeness(samples: readonly Sample[]): void {
  for (const { bare, newest } of samples) {
    if (Math.abs(newest.length / bare.length - 1) < 0.1) continue;
    throw new Error(
      `The program's list has ${newest.length} characters and the bare SDK's ${bare.length}: bring listedPrompt in bench/prompts.ts up to date.`,
    );
  }
}
