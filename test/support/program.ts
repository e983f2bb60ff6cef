import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { whenDone } from "./when-done.ts";

/** The built program. */
export const program = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

/** A folder of its own for one test, and an environment in which the program keeps to it. */
export function isolated(variables: Readonly<Record<string, string>> = {}) {
  const home = mkdtempSync(join(tmpdir(), "program-"));
  whenDone(() => rmSync(home, { recursive: true, force: true }));
  const environment: Record<string, string> = {
    HOME: home,
    XDG_DATA_HOME: join(home, "data"),
    PATH: process.env.PATH ?? "",
    ...variables,
  };
  return { home, environment };
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program to its end, its input closed. */
export function run(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Finished> {
  return runProgram(program, args, environment);
}

/** As `run`, with the program at another place. */
export async function runProgram(
  path: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Finished> {
  const child = spawn(process.execPath, [path, ...args], { env: environment, stdio: "pipe" });
  child.stdin.end();
  return finished(child);
}

async function finished(child: ChildProcess): Promise<Finished> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  await once(child, "close");
  return { code: child.exitCode, stdout, stderr };
}

/** Starts `http` on a free port; resolves with its URL when it has said what it serves. */
export function startHttp(environment: Readonly<Record<string, string>>, ...args: string[]) {
  return startCommand([process.execPath, program, "http", "--port", "0", ...args], environment);
}

/** As `startHttp`, with a command that starts it in some other way. */
export async function startCommand(
  [command = "", ...args]: readonly string[],
  environment: Readonly<Record<string, string>>,
  cwd?: string,
) {
  // A group of its own: npx passes no SIGKILL on to what it started.
  const child = spawn(command, args, {
    env: environment,
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  whenDone(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    await once(child, "close");
  });
  let output = "";
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (chunk) => {
      output += chunk;
      const said = /(https?:\/\/\S+\/mcp)\n[\s\S]*VS Code[\s\S]*\n\n/.exec(output)?.[1];
      if (said) resolve(said);
    });
    child.once("close", () => reject(new Error(`The server ended: ${errors}`)));
  });
  return { url, child, output, errors: () => errors };
}
