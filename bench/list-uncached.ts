import { connectionsMeasured } from "./connections-measured.ts";
import type { Effort } from "./effort.ts";
import { type Served, uncachedOnMlflow } from "./measured-servers.ts";
import { searchPrompts } from "./mlflow-calls.ts";
import type { Mlflow } from "./mlflow-servers.ts";
import { persistently } from "./persistently.ts";
import type { Size } from "./registry-files.ts";
import { compared, type Row } from "./rows.ts";
import { median, repeat } from "./statistics.ts";
import { timeLists } from "./stdio-lists.ts";
import { StdioServer } from "./stdio-server.ts";

/** A median, milliseconds. */
interface Listed {
  readonly time: number;
  /** Attempts that failed before this one. */
  readonly failures: number;
}

/** Uncached lists, by processes that have run for a while. */
export async function measureUncachedLists(
  mlflow: Mlflow,
  size: Size,
  { rounds }: Effort,
): Promise<Row[]> {
  const newest = await start(mlflow, size, "newest");
  const older = await start(mlflow, size, "older");
  await connectionsMeasured();
  const samples = await repeat(rounds, async () => ({
    search: median(await repeat(repetitions(size), () => timeSearch(mlflow.url))),
    newest: await list(newest, size),
    older: await list(older, size),
  }));
  await newest.close();
  await older.close();
  const id = `again/mlflow-${size}-${mlflow.workers}-workers`;
  const search = {
    unit: "ms" as const,
    against: "MLflow's search",
    bases: samples.map(({ search }) => search),
  };
  return [
    compared({
      ...search,
      id: `${id}/newest`,
      measured: `list again, uncached, ${size} prompts, ${mlflow.name}`,
      values: samples.map(({ newest }) => newest.time),
    }),
    compared({
      ...search,
      id: `${id}/older`,
      measured: `list again, uncached, older version served, ${size} prompts, ${mlflow.name}`,
      values: samples.map(({ older }) => older.time),
    }),
    ...failureRows(mlflow, size, samples),
  ];
}

/** A row if lists failed: they are repeated, so no other row shows it. */
function failureRows(
  { workers, name }: Mlflow,
  size: Size,
  samples: readonly { readonly newest: Listed; readonly older: Listed }[],
): Row[] {
  const failures = samples.reduce(
    (sum, { newest, older }) => sum + newest.failures + older.failures,
    0,
  );
  if (failures === 0) return [];
  const lists = samples.length * 2 * repetitions(size);
  return [
    {
      id: `failures/mlflow-${size}-${workers}-workers`,
      measured: `failed lists besides ${lists} that did not fail, ${size} prompts, ${name}`,
      unit: "failures",
      value: failures,
    },
  ];
}

async function start({ url }: Mlflow, size: Size, served: Served): Promise<StdioServer> {
  const server = new StdioServer(uncachedOnMlflow("stdio", url, served));
  await server.initialize();
  await list(server, size);
  return server;
}

async function list(server: StdioServer, size: Size): Promise<Listed> {
  const { result, failures } = await persistently(() => timeLists(server, size, repetitions(size)));
  return { time: median(result), failures };
}

async function timeSearch(url: string): Promise<number> {
  const asked = performance.now();
  await searchPrompts(url);
  return performance.now() - asked;
}

/** Short calls are repeated, long ones are steady enough. */
function repetitions(size: Size): number {
  return size === 1_000 ? 2 : 10;
}
