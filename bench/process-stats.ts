import { readdirSync, readFileSync } from "node:fs";

/**
 * Processor time of a process since its start, all its threads that still run, in milliseconds.
 * The kernel keeps it in nanoseconds here, and in hundredths of a second elsewhere. Linux only.
 */
export function cpuMs(pid: number): number {
  const nanoseconds = readdirSync(`/proc/${pid}/task`).map((thread) => {
    const [running] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ");
    return Number(running);
  });
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1_000_000;
}

/** Memory that a process has in RAM, in MiB. Linux only. */
export function rssMiB(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) / 1024;
}
