import { readFileSync } from "node:fs";

/** Linux counts processor time in hundredths of a second, whatever the machine (USER_HZ). */
const msOfTick = 10;

/** Processor time of a process since its start, all its threads, in milliseconds. Linux only. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The second field is the program's name in parentheses, which may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return msOfTick * (Number(fields[11]) + Number(fields[12]));
}

/** Memory that a process has in RAM, in MiB. Linux only. */
export function rssMiB(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) / 1024;
}
