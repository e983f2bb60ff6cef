import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Replica } from "./soak-servers.ts";

/** The measurements of a replica at one moment. */
export interface Sample {
  readonly replica: string;
  /** Milliseconds since the run began. */
  readonly at: number;
  /** Resident memory, MiB. */
  readonly memory: number;
  readonly sockets: number;
  /** The longest that the event loop was late since the sample before, in milliseconds. */
  readonly delay: number;
}

/** Samples every replica that is up until it is stopped. */
export async function runSampler(
  replicas: readonly Replica[],
  everyMs: number,
  stopped: AbortSignal,
  now: () => number,
): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  while (!stopped.aborted) {
    await pause(everyMs, undefined, { signal: stopped }).catch(() => undefined);
    for (const replica of replicas) {
      const sample = await sampleOf(replica, now());
      if (sample) samples.push(sample);
    }
  }
  return samples;
}

/** Undefined for a replica that is down, or goes down meanwhile. */
export async function sampleOf(
  { name, program }: Replica,
  at: number,
): Promise<Sample | undefined> {
  if (program === undefined) return undefined;
  try {
    const response = await fetch(new URL("/metrics", program.url), {
      signal: AbortSignal.timeout(5_000),
    });
    const metrics = await response.text();
    const lag = /^mlflow_prompts_nodejs_eventloop_lag_max_seconds (\S+)$/m.exec(metrics)?.[1];
    const { pid } = program.child;
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return {
      replica: name,
      at,
      memory: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1_024,
      sockets: socketsOf(pid),
      delay: Number(lag) * 1_000,
    };
  } catch {
    return undefined;
  }
}

function socketsOf(pid: number | undefined): number {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((fd) => isSocket(`${folder}/${fd}`)).length;
}

/** A socket that was closed meanwhile does not count. */
function isSocket(path: string): boolean {
  try {
    return readlinkSync(path).startsWith("socket:");
  } catch {
    return false;
  }
}
