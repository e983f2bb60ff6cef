import { type ChildProcess, spawn } from "node:child_process";
import { onTestFinished } from "vitest";
import { isolated, program, startHttp } from "../../support/program.ts";

/** The heap that the program has under attack. */
const heap = { NODE_OPTIONS: "--max-old-space-size=1024" };

/** The http command with a heap of 1 GB, and what it writes to stderr. */
export async function startAttacked(
  variables: Readonly<Record<string, string>> = {},
  ...args: string[]
) {
  const { environment, home } = isolated({ ...heap, ...variables });
  const { url, child, errors } = await startHttp(environment, ...args);
  const lines = () => errors().split("\n");
  return {
    url,
    home,
    pid: child.pid,
    child,
    lines,
    /** The whole lines of the audit so far. */
    audit: () => auditIn(lines().slice(0, -1)),
  };
}

export type Attacked = Awaited<ReturnType<typeof startAttacked>>;

/** The stdio command with a heap of 1 GB. Nobody reads its output but who asks for it. */
export function spawnStdio(
  variables: Readonly<Record<string, string>> = {},
  ...args: string[]
): ChildProcess & { readonly home: string } {
  const { environment, home } = isolated({ ...heap, ...variables });
  const child = spawn(process.execPath, [program, "stdio", ...args], {
    cwd: home,
    env: environment,
    stdio: "pipe",
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return Object.assign(child, { home });
}

export function auditIn(lines: readonly string[]): readonly Readonly<Record<string, unknown>>[] {
  return lines.filter((line) => line.includes('"message":"audit"')).map((line) => JSON.parse(line));
}
