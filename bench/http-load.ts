import { startHttpServer } from "./http-server.ts";
import { connections, type Load, load } from "./load.ts";
import type { Command } from "./measured-servers.ts";
import { ModernClient } from "./modern-client.ts";
import { cpuMs } from "./process-stats.ts";
import { beside, compared, type Row } from "./rows.ts";

export type HttpLoad = Load & {
  /** Milliseconds of the server's processor time, a call. */
  readonly cpu: number;
};

/** Starts a server and warms it up with the calls that are measured. */
export async function startHttpLoad(
  command: Command,
  call: (client: ModernClient, index: number) => Promise<void>,
  warmUp: number,
) {
  const server = await startHttpServer(command);
  const client = new ModernClient(server.url);
  async function run(count: number): Promise<HttpLoad> {
    const before = cpuMs(server.pid);
    const measured = await load(count, connections, (index) => call(client, index));
    return { ...measured, cpu: (cpuMs(server.pid) - before) / count };
  }
  await run(warmUp);
  return {
    run,
    /** The same for a server with a cache, whose results may have expired meanwhile. */
    async runWarm(count: number): Promise<HttpLoad> {
      await run(100);
      return run(count);
    },
    async close() {
      await client.close();
      await server.close();
    },
  };
}

/** @param measured what is called, in words: "get over HTTP, 16 connections, embedded" */
export function loadRows(
  id: string,
  measured: string,
  against: string,
  samples: readonly { readonly base: Load; readonly ours: Load }[],
): Row[] {
  return [
    throughputRow(`${id}/throughput`, measured, against, samples),
    beside({
      id: `${id}/p99`,
      measured: `${measured}: p99`,
      unit: "ms",
      values: samples.map(({ ours }) => ours.p99),
      against,
      bases: samples.map(({ base }) => base.p99),
    }),
  ];
}

export function throughputRow(
  id: string,
  measured: string,
  against: string,
  samples: readonly { readonly base: Load; readonly ours: Load }[],
): Row {
  return compared({
    id,
    measured,
    unit: "calls/s",
    values: samples.map(({ ours }) => ours.callsPerSecond),
    against,
    bases: samples.map(({ base }) => base.callsPerSecond),
  });
}

/**
 * Processor time of a call, and how many calls a core answers that does nothing else. That is the
 * throughput without a client on the same core.
 */
export function cpuRows(
  id: string,
  measured: string,
  samples: readonly { readonly base: HttpLoad; readonly ours: HttpLoad }[],
): Row[] {
  const against = "bare SDK";
  return [
    compared({
      id: `${id}/cpu`,
      measured: `${measured}: processor time`,
      unit: "ms",
      values: samples.map(({ ours }) => ours.cpu),
      against,
      bases: samples.map(({ base }) => base.cpu),
    }),
    compared({
      id: `${id}/one-core`,
      measured: `${measured}: on one core of the server's own`,
      unit: "calls/s",
      values: samples.map(({ ours }) => 1_000 / ours.cpu),
      against,
      bases: samples.map(({ base }) => 1_000 / base.cpu),
    }),
  ];
}
