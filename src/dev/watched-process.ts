import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";

/**
 * Runs a command in its process group, and ends the group when standard input ends: that is when this
 * program closes it, and also when this program is killed. Then it removes the folder, if one is named.
 */
const watcher = `
import os, shutil, signal, subprocess, sys, threading
folder, *command = sys.argv[1:]
for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(each, lambda *_: None)
child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
def finish():
    if folder:
        shutil.rmtree(folder, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)
def finish_with_child():
    child.wait()
    finish()
threading.Thread(target=finish_with_child, daemon=True).start()
while os.read(0, 4096):
    pass
os.killpg(0, signal.SIGTERM)
try:
    child.wait(5)
except subprocess.TimeoutExpired:
    pass
finish()
`;

export interface WatchedOptions {
  /** Runs the watcher. */
  readonly python: string;
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** The folder that goes with the process. */
  readonly remove: string | undefined;
}

export interface WatchedProcess {
  /** Aborts when the command has ended, by itself or not. */
  readonly ended: AbortSignal;
  /** The end of what the command printed. */
  output(): string;
  /** Ends the command and all processes that it started. */
  close(): Promise<void>;
}

const keptOutput = 4_000;

/** The most that the watcher takes, and a second. */
const closeTimeoutMs = 8_000;

export function startWatched(options: WatchedOptions): WatchedProcess {
  const { python, command, env, cwd, remove = "" } = options;
  const child = spawn(python, ["-c", watcher, remove, ...command], {
    ...{ env, cwd, detached: true },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let output = "";
  const keep = (chunk: unknown) => {
    output = (output + String(chunk)).slice(-keptOutput);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  // The watcher may have ended: that is told by its exit.
  child.stdin.on("error", () => {});
  const ended = new AbortController();
  const gone = once(child, "exit").then(
    () => ended.abort(),
    (error: unknown) => {
      keep(error);
      ended.abort();
    },
  );
  return {
    ended: ended.signal,
    output: () => output,
    async close() {
      child.stdin.end();
      await Promise.race([gone, pause(closeTimeoutMs, undefined, { ref: false })]);
    },
  };
}
