import { type ChildProcess, fork } from "node:child_process";
import type { Work } from "../registry/engine/work.ts";
import type { Batch, Outcome, WorkerMessage } from "./messages.ts";

export interface WorkerOptions extends WorkerLimits {
  /** What the process runs. */
  readonly program: URL;
}

/** What one piece of work may take. */
export interface WorkerLimits {
  /** Milliseconds of running: neither waiting nor the start of a process counts. */
  readonly timeMs: number;
  /** Megabytes of JavaScript's memory. */
  readonly memoryMb: number;
}

/**
 * Why a worker is no more: it took too long; it ended by itself, as one without memory does; it was
 * closed; it never started.
 */
export type WorkerEnd = "time" | "memory" | "closed" | "unstarted";

export interface WorkerTask {
  readonly work: Work;
  /** Called once with what came of it, or why nothing did. */
  ended(outcome: Outcome | WorkerEnd): void;
}

/** Milliseconds that a process is given to start, and that it is kept without work. */
const startLimitMs = 30_000;
const idleMs = 60_000;

/**
 * A process that works on templates. It is a process and not a thread: V8 ends a whole process when
 * a thread asks for much memory at once (Node 20.20: a thread with `maxOldGenerationSizeMb` 64 that
 * runs `"x".repeat(5e8).toUpperCase()`).
 */
export class WorkerProcess {
  readonly #limits: WorkerLimits;
  readonly #process: ChildProcess;
  readonly #gone: () => void;
  #tasks: WorkerTask[] = [];
  #isReady = false;
  #timer: NodeJS.Timeout | undefined;
  #end: WorkerEnd = "memory";

  /** @param gone called when the process takes no more work */
  constructor({ program, ...limits }: WorkerOptions, gone: () => void) {
    this.#limits = limits;
    this.#gone = gone;
    this.#process = fork(program, [], {
      env: {},
      execArgv: [
        `--max-old-space-size=${limits.memoryMb}`,
        "--max-semi-space-size=8",
        // Nothing in it makes JavaScript out of text.
        "--disallow-code-generation-from-strings",
      ],
      serialization: "advanced",
      // Its standard output is not the protocol's, and V8's last words are not for the log.
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    this.#process.unref();
    this.#process.on("message", (message: WorkerMessage) => this.#take(message));
    this.#process.once("exit", () => this.#ended());
    this.#process.once("error", () => this.#ended());
    this.#watch(startLimitMs);
  }

  get isBusy(): boolean {
    return this.#tasks.length > 0;
  }

  /** Only for one that is not busy. */
  start(tasks: readonly WorkerTask[]): void {
    this.#tasks = [...tasks];
    this.#process.channel?.ref();
    const batch: Batch = { works: tasks.map(({ work }) => work) };
    // What does not arrive, because the process is no more, ends with it.
    this.#process.send(batch, () => {});
    if (this.#isReady) this.#watch(this.#limits.timeMs);
  }

  /** Ends the process, whatever it is doing. */
  close(end: WorkerEnd = "closed"): void {
    this.#end = end;
    this.#gone();
    this.#process.kill("SIGKILL");
  }

  #take(message: WorkerMessage): void {
    if (message.kind === "ready") this.#isReady = true;
    else for (const outcome of message.outcomes) this.#tasks.shift()?.ended(outcome);
    if (this.isBusy) this.#watch(this.#limits.timeMs);
    else this.#rest();
  }

  #rest(): void {
    this.#process.channel?.unref();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.close(), idleMs);
    this.#timer.unref();
  }

  /** What has arrived by the time the limit is noticed was in time. */
  #watch(limitMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = setTimeout(() => this.close("time"), 0);
    }, limitMs);
    this.#timer.unref();
  }

  #ended(): void {
    clearTimeout(this.#timer);
    const unfinished = this.#tasks;
    this.#tasks = [];
    this.#gone();
    const end = this.#isReady || this.#end === "closed" ? this.#end : "unstarted";
    for (const task of unfinished) task.ended(end);
  }
}
