import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { randomNumbers } from "../test/support/random.ts";
import { Checks } from "./checks.ts";
import { requestOverHttp } from "./program.ts";
import { runFaults } from "./soak-faults.ts";
import { Ledger } from "./soak-ledger.ts";
import { type Load, promptNames, runListener, runWorker } from "./soak-load.ts";
import { writeReport } from "./soak-report.ts";
import { runSampler, type Sample, sampleOf } from "./soak-samples.ts";
import { type Servers, startServers } from "./soak-servers.ts";
import { verify, verifyServed } from "./soak-verify.ts";

/**
 * Sends mixed load to two replicas of the built program in front of a real MLflow on PostgreSQL,
 * while everything around it fails at random. Then checks every acknowledged write in MLflow.
 */

const { values: flags } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    seed: { type: "string" },
    out: { type: "string" },
  },
});
const seed = Number(flags.seed ?? Math.floor(Math.random() * 1e9));
const lastsMs = Number(flags.minutes) * 60_000;
const out = flags.out ? resolve(flags.out) : mkdtempSync(join(tmpdir(), "mlflow-prompts-soak-"));
const workers = 10;
const listeners = 6;
/** MiB. Without any load the program takes about 90. */
const mostMemory = 512;
/** Sockets of an idle replica: to MLflow, Redis, and its port. */
const mostSocketsAtRest = 64;

// This process ends its servers when it exits. An unhandled signal would prevent that.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

console.log(`Soaking for ${flags.minutes} minutes, seed ${seed}, results in ${out}`);
const checks = new Checks();
const servers = await startServers();
try {
  await soak(servers);
} finally {
  await servers.stop();
}
checks.close();

async function soak(servers: Servers): Promise<void> {
  const started = performance.now();
  const now = () => performance.now() - started;
  const random = randomNumbers(seed);
  const ledger = new Ledger();
  const stopping = new AbortController();
  const wrong = (problem: string) => checks.add("what is read", problem);
  const url = () => servers.url(random);
  const load: Load = { ledger, random, url, stopped: stopping.signal, wrong };
  const running = [
    ...Array.from({ length: workers }, (_, number) => runWorker(load, number)),
    ...Array.from({ length: listeners }, () => runListener(load)),
  ];
  const sampling = runSampler(
    servers.replicas,
    Math.min(5_000, lastsMs / 60),
    stopping.signal,
    now,
  );
  const ending = new AbortController();
  const failing = runFaults(servers, randomNumbers(seed + 1), ending.signal, now);
  await pause(lastsMs);
  ending.abort();
  const happened = await failing;
  stopping.abort();
  await Promise.all(running);
  const samples = await sampling;

  await untilServed(servers);
  const stored = await verify(checks, ledger, servers.mlflow.url);
  await pause(5_000);
  const up = servers.replicas.flatMap(({ program }) => program?.url ?? []);
  await verifyServed(checks, up, stored);
  await checkProcesses(servers, samples);
  writeReport(out, samples, happened);
  tell(ledger, samples, happened.length);
}

/** Waits until both replicas answer again, each within a minute. */
async function untilServed({ replicas }: Servers): Promise<void> {
  for (const { name, program } of replicas) {
    const deadline = performance.now() + 60_000;
    const served = async () => {
      if (program === undefined) return false;
      const params = { name: promptNames[0] };
      const asked = requestOverHttp(program.url, "prompts/get", params);
      return asked.then(({ status }) => status === 200).catch(() => false);
    };
    let isServed = await served();
    while (!isServed && performance.now() < deadline) {
      await pause(200);
      isServed = await served();
    }
    checks.add(`${name} serves again`, isServed ? undefined : "not within a minute");
  }
}

async function checkProcesses({ replicas }: Servers, samples: readonly Sample[]): Promise<void> {
  for (const replica of replicas) {
    const { name, crashes } = replica;
    checks.add(`${name} ended only when it was told to`, crashes[0]);
    const most = Math.max(0, ...samples.filter((one) => one.replica === name).map(memoryOf));
    const isBounded = most > 0 && most < mostMemory;
    checks.add(`${name}'s memory`, isBounded ? undefined : `${most.toFixed(0)} MiB`);
    const rest = await sampleOf(replica, 0);
    const few = rest !== undefined && rest.sockets <= mostSocketsAtRest;
    checks.add(`${name}'s sockets at rest`, few ? undefined : `${rest?.sockets}`);
  }
}

function memoryOf({ memory }: Sample): number {
  return memory;
}

function tell(ledger: Ledger, samples: readonly Sample[], faults: number): void {
  const { registered, moved, tagged, deleted } = ledger.acknowledged;
  const most = (measure: "memory" | "sockets" | "delay") =>
    Math.max(0, ...samples.map((sample) => sample[measure])).toFixed(0);
  for (const [outcome, count] of [...ledger.outcomes].toSorted()) {
    console.log(`${String(count).padStart(8)}  ${outcome}`);
  }
  console.log(
    `${faults} faults. Acknowledged: ${registered} versions, ${moved} moves of aliases, ${tagged} tags, ${deleted} deletions.`,
  );
  console.log(
    `At most ${most("memory")} MiB, ${most("sockets")} sockets, the event loop ${most("delay")} ms late. Table and chart: ${out}`,
  );
}
