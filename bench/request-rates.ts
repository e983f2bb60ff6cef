import { setTimeout as sleep } from "node:timers/promises";
import { connectionsMeasured } from "./connections-measured.ts";
import { type CountingProxy, startCountingProxy } from "./counting-proxy.ts";
import type { Effort } from "./effort.ts";
import { startHttpServer } from "./http-server.ts";
import { onMlflow, unpolled } from "./measured-servers.ts";
import type { Mlflow } from "./mlflow-servers.ts";
import { ModernClient } from "./modern-client.ts";
import { promptName } from "./prompts.ts";
import { compared, type Row } from "./rows.ts";

const callerCounts = [1, 50] as const;
const ratesPerSecond = [1, 10, 100] as const;

/**
 * How many requests to MLflow gets of one prompt cause, at a constant rate, beside one request for each
 * get. The callers take turns, and each has a credential of its own, which is forwarded to MLflow.
 */
export async function countRequestsByRate({ url }: Mlflow, effort: Effort): Promise<Row[]> {
  const proxy = await startCountingProxy(url);
  const rows: Row[] = [];
  for (const callers of callerCounts) {
    for (const perSecond of ratesPerSecond) {
      rows.push(await countOnce(proxy, callers, perSecond, effort.secondsOfRates));
    }
  }
  await proxy.close();
  return rows;
}

async function countOnce(
  proxy: CountingProxy,
  callers: number,
  perSecond: number,
  seconds: number,
): Promise<Row> {
  const { args, variables } = unpolled(onMlflow("http", proxy.url));
  const server = await startHttpServer({ args: [...args, "--auth", "forward"], variables });
  const clients = Array.from(
    { length: callers },
    (_, index) => new ModernClient(server.url, { authorization: credential(index) }),
  );
  await clients[0]?.getPrompt(promptName(0));
  await connectionsMeasured();
  // The first call of a credential also has MLflow verify it.
  for (const client of clients) await client.getPrompt(promptName(0));
  proxy.taken();
  const gets = await getAtRate(clients, perSecond, seconds);
  const requests = proxy.taken();
  await Promise.all(clients.map((client) => client.close()));
  await server.close();
  return compared({
    id: `requests/${callers}-callers/${perSecond}-a-second`,
    measured: `requests in ${seconds} s, ${perSecond} gets a second, callers: ${callers}`,
    unit: "requests",
    values: [requests],
    against: "gets",
    bases: [gets],
  });
}

/** Sends each get at its time, whether or not earlier ones are answered. */
async function getAtRate(
  clients: readonly ModernClient[],
  perSecond: number,
  seconds: number,
): Promise<number> {
  const start = performance.now();
  const gets: Promise<void>[] = [];
  for (let index = 0; index < perSecond * seconds; index++) {
    await sleep(Math.max(0, start + (1_000 * index) / perSecond - performance.now()));
    const get = clients[index % clients.length]?.getPrompt(promptName(0));
    if (get) gets.push(get);
  }
  await Promise.all(gets);
  return gets.length;
}

function credential(index: number): string {
  return `Basic ${Buffer.from(`caller-${index}:password`).toString("base64")}`;
}
