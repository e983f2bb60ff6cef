import { setTimeout as pause } from "node:timers/promises";
import { isRefusal, resultOf } from "./answers.ts";
import type { Effort } from "./effort.ts";
import { onMlflow } from "./measured-servers.ts";
import type { Mlflow } from "./mlflow-servers.ts";
import { promptName, values } from "./prompts.ts";
import { beside, compared, type Row } from "./rows.ts";
import { median, repeat } from "./statistics.ts";
import { StdioServer } from "./stdio-server.ts";
import { startVanishingHost, type VanishingHost } from "./vanishing-host.ts";

/** The program's connect timeout (`config/registry-config.ts`), and the limits of the other rows. */
const connectTimeoutMs = 2_000;
const promisedWhileSilentMs = 10;
const promisedReturnMs = 1_000;

const errorsWhileSilent = 20;
const roundsForEach = 2;

/** Milliseconds. */
interface Outage {
  readonly first: number;
  readonly next: readonly number[];
  readonly back: number;
}

/** Gets over stdio while MLflow's address is silent, and when it answers again. */
export async function measureOutage({ url }: Mlflow, effort: Effort): Promise<Row[]> {
  const rounds = roundsForEach * effort.rounds;
  const host = await startVanishingHost(url);
  const outages: Outage[] = [];
  for (let round = 0; round < rounds; round++) {
    // The health probe runs periodically, so MLflow returns at a different moment of the period each time.
    outages.push(await endure(host, (round / rounds) * connectTimeoutMs));
  }
  await host.close();
  const measured = "get over stdio, MLflow's address silent";
  const promise = (values: readonly number[], promised: number) => ({
    unit: "ms" as const,
    values,
    bases: values.map(() => promised),
  });
  const next = outages.map(({ next }) => median(next));
  const worst = Math.max(...outages.flatMap(({ next }) => next));
  const back = outages.map(({ back }) => back);
  return [
    compared({
      id: "outage/first-error",
      measured: `${measured}: first error`,
      against: "connect timeout",
      ...promise(
        outages.map(({ first }) => first),
        connectTimeoutMs,
      ),
    }),
    beside({
      id: "outage/next-error",
      measured: `${measured}: errors after that`,
      against: "promised",
      ...promise(next, promisedWhileSilentMs),
    }),
    beside({
      id: "outage/next-error-worst",
      measured: `${measured}: the slowest of ${rounds * errorsWhileSilent} such errors`,
      against: "promised",
      ...promise([worst], promisedWhileSilentMs),
    }),
    beside({
      id: "outage/back",
      measured: "from MLflow's return until a get is answered",
      against: "promised",
      ...promise(back, promisedReturnMs),
    }),
    beside({
      id: "outage/back-worst",
      measured: `from MLflow's return until a get is answered: the slowest of ${rounds}`,
      against: "promised",
      ...promise([Math.max(...back)], promisedReturnMs),
    }),
  ];
}

/** A program that starts while MLflow is unreachable, with an empty cache. */
async function endure(host: VanishingHost, silentForMs: number): Promise<Outage> {
  await host.vanish();
  const server = new StdioServer(onMlflow("stdio", host.url));
  try {
    await server.initialize();
    const first = await timeError(server);
    const next = await repeat(errorsWhileSilent, () => timeError(server));
    await pause(silentForMs);
    const returned = performance.now();
    host.comeBack();
    return { first, next, back: (await firstAnswerAt(server)) - returned };
  } finally {
    await server.close();
  }
}

async function timeError(server: StdioServer): Promise<number> {
  const asked = performance.now();
  const { text, at } = await get(server);
  if (!isRefusal(text)) throw new Error(`The program answered although MLflow is silent: ${text}`);
  return at - asked;
}

async function firstAnswerAt(server: StdioServer): Promise<number> {
  for (;;) {
    const { text, at } = await get(server);
    if (!isRefusal(text)) {
      resultOf(text);
      return at;
    }
    await pause(5);
  }
}

function get(server: StdioServer) {
  return server.request("prompts/get", { name: promptName(0), arguments: values });
}
