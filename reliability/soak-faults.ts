import { setTimeout as pause } from "node:timers/promises";
import { oneOf } from "../test/support/random.ts";
import type { Servers } from "./soak-servers.ts";

/** A fault and its repair. `ms` is about how long the fault lasts. */
type Fault = (servers: Servers, random: () => number, ms: number) => Promise<void>;

export const faults: Readonly<Record<string, Fault>> = {
  async "MLflow hangs"({ mlflow }, _, ms) {
    mlflow.pause();
    await pause(ms);
    mlflow.resume();
  },
  async "MLflow is killed and started again"({ mlflow }, _, ms) {
    await mlflow.crash();
    await pause(ms);
    await mlflow.restart();
  },
  async "PostgreSQL's connections are cut"({ mlflow }) {
    await mlflow.cutDatabase();
  },
  async "Redis is away"({ redis }, _, ms) {
    await redis.stop();
    await pause(ms);
    await redis.start();
  },
  async "Redis hangs"({ redis }, _, ms) {
    redis.pause();
    await pause(ms);
    redis.resume();
  },
  async "a replica is killed and started again"(servers, random, ms) {
    const replica = oneOf(servers.replicas, random);
    await servers.stopReplica(replica, "SIGKILL");
    await pause(ms);
    await servers.startReplica(replica);
  },
  async "a replica is ended and started again"(servers, random) {
    const replica = oneOf(servers.replicas, random);
    await servers.stopReplica(replica, "SIGTERM");
    await servers.startReplica(replica);
  },
};

/** The end of a fault, in milliseconds since the run began. */
export interface Happened {
  readonly fault: string;
  readonly from: number;
  readonly to: number;
}

/** Causes faults one after the other, in a random order in which each occurs once before any recurs. */
export async function runFaults(
  servers: Servers,
  random: () => number,
  stopped: AbortSignal,
  now: () => number,
): Promise<readonly Happened[]> {
  const happened: Happened[] = [];
  let left: string[] = [];
  while (!stopped.aborted) {
    await pause(3_000 + random() * 7_000, undefined, { signal: stopped }).catch(() => undefined);
    if (stopped.aborted) break;
    if (left.length === 0) left = Object.keys(faults);
    const [fault = ""] = left.splice(Math.floor(random() * left.length), 1);
    const from = now();
    console.log(`${(from / 1_000).toFixed(0).padStart(6)} s  ${fault}`);
    await faults[fault]?.(servers, random, 500 + random() * 7_500);
    happened.push({ fault, from, to: now() });
  }
  return happened;
}
