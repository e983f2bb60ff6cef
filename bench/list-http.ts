import type { Effort } from "./effort.ts";
import { cpuRow, loadRows, startHttpLoad } from "./http-load.ts";
import { connections } from "./load.ts";
import { bareSdkHttp, onFile } from "./measured-servers.ts";
import type { ModernClient } from "./modern-client.ts";
import type { Row } from "./rows.ts";
import { repeat } from "./statistics.ts";

/** `prompts/list` over HTTP with 16 connections, from a database file of 100 prompts. */
export async function measureEmbeddedHttpLists(effort: Effort): Promise<Row[]> {
  const { rounds, callsInMemory } = effort;
  const list = (client: ModernClient) => client.listPrompts(100);
  const bare = await startHttpLoad(bareSdkHttp(100), list, callsInMemory);
  const embedded = await startHttpLoad(onFile("http", 100), list, callsInMemory);
  const samples = await repeat(rounds, async () => ({
    base: await bare.run(callsInMemory),
    ours: await embedded.run(callsInMemory),
  }));
  await bare.close();
  await embedded.close();
  const measured = `list of 100 prompts over HTTP, ${connections} connections, embedded`;
  return [
    ...loadRows("list-http/embedded", measured, "bare SDK", samples),
    cpuRow("list-http/embedded", measured, samples),
  ];
}
