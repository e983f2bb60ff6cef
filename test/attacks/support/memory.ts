import { readFileSync } from "node:fs";

/** Resident memory of a process now, in MiB. Throws when it has ended. */
export function memoryOf(pid: number | undefined): number {
  return memoryField(pid, "VmRSS");
}

/**
 * Watches how much memory a process takes, with the processes that it has started. `end` tells the
 * most, in MiB: the kernel's own account of the process, or what was seen of all of them together.
 */
export function watchMemory(pid: number | undefined): { end(): number } {
  let most = 0;
  const look = () => {
    most = Math.max(most, treeOf(pid));
  };
  const looking = setInterval(look, 25);
  return {
    end() {
      clearInterval(looking);
      look();
      return Math.max(most, memoryField(pid, "VmHWM"));
    },
  };
}

/** Children that end meanwhile take nothing. */
function treeOf(pid: number | undefined): number {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    const own = memoryOf(pid);
    return children
      .split(" ")
      .reduce((sum, child) => sum + (child === "" ? 0 : treeOf(Number(child))), own);
  } catch {
    return 0;
  }
}

function memoryField(pid: number | undefined, field: "VmHWM" | "VmRSS"): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1];
  if (kilobytes === undefined) throw new Error(`The program (process ${pid}) has ended.`);
  return Number(kilobytes) / 1_024;
}
