import { checkList } from "./answers.ts";
import type { Effort } from "./effort.ts";
import { bareSdkStdio, type Command, onFile, onMlflow } from "./measured-servers.ts";
import { searchPrompts } from "./mlflow-calls.ts";
import type { Mlflow } from "./mlflow-servers.ts";
import { rssMiB } from "./process-stats.ts";
import type { Size } from "./registry-files.ts";
import { compared, type Row } from "./rows.ts";
import { median, repeat } from "./statistics.ts";
import { timeLists } from "./stdio-lists.ts";
import { StdioServer } from "./stdio-server.ts";

/** Enough to warm up a server. */
const repetitions = 20;

interface Listed {
  /** From spawning the server to the last byte of its first list, milliseconds. */
  readonly cold: number;
  /** The same list once more, milliseconds. */
  readonly warm: number;
  /** After that, MiB. */
  readonly memory: number;
  /** Characters of the answer. */
  readonly length: number;
}

interface Sample {
  readonly bare: Listed;
  readonly ours: Listed;
}

/** Cold start, warm lists and memory with an MLflow server that has `size` prompts, over stdio. */
export async function measureLists(mlflow: Mlflow, size: Size, { rounds }: Effort): Promise<Row[]> {
  const { url, workers, name } = mlflow;
  const samples = await repeat(rounds, async () => ({
    bare: await list(bareSdkStdio(size), size),
    call: await timeSearch(url),
    ours: await list(onMlflow("stdio", url), size),
  }));
  checkLikeness(samples);
  const where = `mlflow-${size}-${workers}-workers`;
  return [
    coldRow(`cold/${where}/bare-sdk`, size, name, samples),
    compared({
      id: `cold/${where}/floor`,
      measured: `spawn to first list, ${size} prompts, ${name}`,
      unit: "ms",
      values: samples.map(({ ours }) => ours.cold),
      against: "bare SDK + MLflow's search",
      bases: samples.map(({ bare, call }) => bare.cold + call),
    }),
    warmRow(`warm/${where}`, size, name, samples),
    ...(size === 1_000 ? [memoryRow(`mlflow-${size}`, name, samples)] : []),
  ];
}

/** Cold start, warm lists and memory with a database file. */
export async function measureEmbeddedLists(size: Size, { rounds }: Effort): Promise<Row[]> {
  const samples = await repeat(rounds, async () => ({
    bare: await list(bareSdkStdio(size), size),
    ours: await list(onFile("stdio", size), size),
  }));
  return [
    coldRow(`cold/embedded-${size}`, size, "embedded", samples),
    warmRow(`again/embedded-${size}`, size, "embedded", samples),
    ...(size === 1_000 ? [memoryRow(`embedded-${size}`, "embedded", samples)] : []),
  ];
}

function coldRow(id: string, size: Size, where: string, samples: readonly Sample[]): Row {
  return compared({
    id,
    measured: `spawn to first list, ${size} prompts, ${where}`,
    unit: "ms",
    values: samples.map(({ ours }) => ours.cold),
    against: "bare SDK",
    bases: samples.map(({ bare }) => bare.cold),
  });
}

function warmRow(id: string, size: Size, where: string, samples: readonly Sample[]): Row {
  return compared({
    id,
    measured: `list again, warm, ${size} prompts, ${where}`,
    unit: "ms",
    values: samples.map(({ ours }) => ours.warm),
    against: "bare SDK",
    bases: samples.map(({ bare }) => bare.warm),
  });
}

function memoryRow(id: string, where: string, samples: readonly Sample[]): Row {
  return compared({
    id: `memory/${id}`,
    measured: `memory after lists of 1000 prompts, ${where}`,
    unit: "MiB",
    values: samples.map(({ ours }) => ours.memory),
    against: "bare SDK",
    bases: samples.map(({ bare }) => bare.memory),
  });
}

async function list(command: Command, size: Size): Promise<Listed> {
  const server = new StdioServer(command);
  try {
    await server.initialize();
    const first = await server.request("prompts/list", {});
    checkList(first.text, size);
    const warm = await timeLists(server, size, repetitions);
    return {
      cold: first.at - server.spawnedAt,
      warm: median(warm),
      memory: rssMiB(server.pid),
      length: first.text.length,
    };
  } finally {
    await server.close();
  }
}

/** On a fresh connection: a server that has just been started has no other. */
async function timeSearch(url: string): Promise<number> {
  const asked = performance.now();
  await searchPrompts(url);
  return performance.now() - asked;
}

/** The bare SDK is a lower limit only if its responses are about as long as the program's. */
function checkLikeness(samples: readonly Sample[]): void {
  for (const { bare, ours } of samples) {
    if (Math.abs(ours.length / bare.length - 1) < 0.1) continue;
    throw new Error(
      `The program's list has ${ours.length} characters and the bare SDK's ${bare.length}: bring listedPrompt in bench/prompts.ts up to date.`,
    );
  }
}
