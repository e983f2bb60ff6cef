import { Pool } from "undici";
import type { Effort } from "./effort.ts";
import { startHttpServer } from "./http-server.ts";
import { connections, load } from "./load.ts";
import { onFile } from "./measured-servers.ts";
import { metricOf } from "./metrics.ts";
import { rssMiB } from "./process-stats.ts";
import type { Row } from "./rows.ts";
import { scaledRows } from "./scaled-row.ts";
import { repeat } from "./statistics.ts";

const few = 1_000;
/** The program's default limit. */
const many = 10_000;

const headers = {
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
};

interface Opened {
  /** Milliseconds for all. */
  readonly time: number;
  /** MiB for all. */
  readonly memory: number;
  /** MiB of the whole process. */
  readonly process: number;
}

/** Clients of revision 2025-11-25 that open a session and do nothing with it. */
export async function measureIdleSessions({ roundsOfScale }: Effort): Promise<Row[]> {
  const samples = await repeat(roundsOfScale, async () => ({
    small: await open(few),
    large: await open(many),
  }));
  const row = scaledRows("scale/sessions", `the same with ${few}`, samples);
  return [
    row("time", `open ${many} sessions over HTTP`, "ms", many / few),
    row("memory", `memory of ${many} idle sessions`, "MiB", many / few),
    row("process", `memory of a server with ${many} idle sessions`, "MiB", 1),
  ];
}

async function open(count: number): Promise<Opened> {
  const server = await startHttpServer(onFile("http", 10));
  const { origin, pathname } = new URL(server.url);
  const pool = new Pool(origin, { connections });
  const openSession = async () => {
    const id = await post(pool, pathname, initialize);
    if (id === undefined) throw new Error("The server opened no session.");
    await post(pool, pathname, initialized, { "mcp-session-id": id });
  };
  await load(connections, connections, openSession);
  const before = rssMiB(server.pid);
  const begin = performance.now();
  await load(count - connections, connections, openSession);
  const time = performance.now() - begin;
  const memory = rssMiB(server.pid);
  const sessions = await metricOf(server.url, "mlflow_prompts_sessions");
  if (sessions !== count) throw new Error(`The server has ${sessions} sessions, not ${count}.`);
  await pool.close();
  await server.close();
  return { time, memory: memory - before, process: memory };
}

const initialize = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "bench", version: "1.0.0" },
  },
};
const initialized = { jsonrpc: "2.0", method: "notifications/initialized" };

/** Resolves with the session's id, where the answer opens one. */
async function post(
  pool: Pool,
  path: string,
  body: object,
  more: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  const answer = await pool.request({
    method: "POST",
    path,
    headers: { ...headers, ...more },
    body: JSON.stringify(body),
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300)
    throw new Error(`The server answered ${answer.statusCode}: ${text}`);
  const id = answer.headers["mcp-session-id"];
  return typeof id === "string" ? id : undefined;
}
