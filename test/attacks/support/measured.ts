import { setTimeout as pause } from "node:timers/promises";
import { expect, type TestContext } from "vitest";
import { watchMemory } from "./memory.ts";
import type { SecondCaller } from "./second-caller.ts";

/** A row of the table that ends a run. Times in milliseconds, memory in MiB. */
export interface Measured {
  readonly attack: string;
  readonly got: string;
  readonly longestWait?: number;
  /** The second caller's longest wait in as long a time in which nobody attacked. */
  readonly idleWait?: number;
  /** How much longer than idle others may wait. */
  readonly limit?: number;
  readonly peakMemory?: number;
}

declare module "vitest" {
  interface TaskMeta {
    attack?: Measured;
  }
}

export interface AttackOptions {
  /** The attacked process. */
  readonly pid: number | undefined;
  readonly second?: SecondCaller;
  /** Milliseconds that the second caller may wait longer than while nobody attacks. */
  readonly limit?: number;
  /** MiB that the process may take at its peak. */
  readonly memory?: number;
}

/** The idle time that is compared with is as long as the attack, up to this. */
const longestControlMs = 5_000;
const shortestControlMs = 250;

/**
 * Carries out an attack and puts it into the table. It tells in words what its caller got, and
 * expects by itself that this is right.
 *
 * What others wait depends on the machine: the second caller's longest wait may be that of an idle
 * time of the same length right after, plus the limit. A test with a limit is tried three times more
 * (`retry: 3`) before it fails, because two moments of a busy machine may differ.
 */
export async function underAttack(
  { task }: TestContext,
  { pid, second, limit, memory }: AttackOptions,
  attack: () => Promise<string>,
): Promise<void> {
  const memoryWatch = watchMemory(pid);
  second?.begin();
  const started = performance.now();
  const got = await attack();
  const tookMs = performance.now() - started;
  const during = await second?.end();
  const peakMemory = memoryWatch.end();
  const idleMs = Math.min(Math.max(tookMs, shortestControlMs), longestControlMs);
  const idle = limit === undefined ? undefined : await whileIdle(second, idleMs);
  task.meta.attack = {
    attack: task.name,
    got,
    peakMemory,
    ...(during ? { longestWait: during.longestMs } : {}),
    ...(idle ? { idleWait: idle.longestMs } : {}),
    ...(limit === undefined ? {} : { limit }),
  };
  expect(during?.failures ?? [], "what the second caller was refused").toEqual([]);
  if (limit !== undefined) {
    const most = limit + (idle?.longestMs ?? 0);
    expect(during?.longestMs, "the second caller's longest wait").toBeLessThan(most);
  }
  if (memory !== undefined) expect(peakMemory, "MiB at the peak").toBeLessThan(memory);
}

async function whileIdle(second: SecondCaller | undefined, ms: number) {
  second?.begin();
  await pause(ms);
  return second?.end();
}
