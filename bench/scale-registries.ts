import { connectionsMeasured } from "./connections-measured.ts";
import type { Effort } from "./effort.ts";
import { type Command, onFile, onMlflow, uncached } from "./measured-servers.ts";
import { startServerOn } from "./mlflow-servers.ts";
import { rssMiB } from "./process-stats.ts";
import type { Row } from "./rows.ts";
import { type Extent, fileOf } from "./scale-files.ts";
import { operations } from "./scale-operations.ts";
import { scaled } from "./scaled-row.ts";
import { repeat } from "./statistics.ts";
import { StdioServer } from "./stdio-server.ts";

const small: Extent = { prompts: 1_000, versions: 500, characters: 10_000 };
const large: Extent = { prompts: 10_000, versions: 5_000, characters: 100_000 };

/** A large registry in a file, uncached, beside one of a tenth. */
export async function measureLargeFile(effort: Effort): Promise<Row[]> {
  const smaller = onFile("stdio", await fileOf("file", small));
  const larger = onFile("stdio", await fileOf("file", large));
  return measure({ id: "embedded", name: "embedded" }, { smaller, larger }, effort);
}

/** The same in MLflow, with one server for each. */
export async function measureLargeMlflow(effort: Effort): Promise<Row[]> {
  const one = await startServerOn(await fileOf("mlflow", small), 1);
  try {
    const other = await startServerOn(await fileOf("mlflow", large), 1);
    try {
      const smaller = onMlflow("stdio", one.url);
      const larger = onMlflow("stdio", other.url);
      return await measure({ id: "mlflow", name: other.name }, { smaller, larger }, effort);
    } finally {
      await other.stop();
    }
  } finally {
    await one.stop();
  }
}

async function measure(
  where: { readonly id: string; readonly name: string },
  commands: { readonly smaller: Command; readonly larger: Command },
  { roundsOfScale }: Effort,
): Promise<Row[]> {
  const smaller = await start(commands.smaller, small);
  const larger = await start(commands.larger, large);
  await connectionsMeasured();
  const rows: Row[] = [];
  for (const { id, what, times, run } of operations) {
    const samples = await repeat(roundsOfScale, async () => ({
      small: await timed(() => run(smaller, small)),
      large: await timed(() => run(larger, large)),
    }));
    rows.push(
      scaled({
        id: `scale/${where.id}/${id}`,
        measured: `${what(large)}, ${where.name}`,
        unit: "ms",
        large: samples.map((sample) => sample.large),
        small: samples.map((sample) => sample.small),
        than: what(small),
        times,
      }),
    );
  }
  const memory = scaled({
    id: `scale/${where.id}/memory`,
    measured: `memory after all of that, ${where.name}`,
    unit: "MiB",
    large: [rssMiB(larger.pid)],
    small: [rssMiB(smaller.pid)],
    than: "the same with a tenth",
    times: 1,
  });
  await smaller.close();
  await larger.close();
  return [...rows, memory];
}

/** Does everything once: the first time takes longer. */
async function start(command: Command, extent: Extent): Promise<StdioServer> {
  const server = new StdioServer(uncached(command));
  await server.initialize();
  for (const { run } of operations) await run(server, extent);
  return server;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}
