import { type ChildProcess, fork } from "node:child_process";
import type { TemplateJob } from "../registry/engine/template-job.ts";
import { stringifyJson } from "../registry/json.ts";
import type { Batch, Outcome, WorkerMessage } from "./messages.ts";

export interface WorkerOptions extends WorkerLimits {
  /** The program that the process runs. */
  readonly program: URL;
}

/** Limits of one job. */
export interface WorkerLimits {
  /** Milliseconds of running time, without time in the queue and the start of a process. */
  readonly timeMs: number;
  /** Megabytes of the JavaScript heap. */
  readonly memoryMb: number;
}

/**
 * Why a worker process ended: a job exceeded the time limit; the process ended by itself, which it
 * does when it is out of memory; it was closed; it never started.
 */
export type WorkerExit = "time" | "memory" | "closed" | "unstarted";

export interface WorkerTask {
  readonly job: TemplateJob;
  /** Called once, with the outcome or the reason why there is none. */
  onEnd(outcome: Outcome | WorkerExit): void;
}

/** Milliseconds within which a process must start, and after which an idle process ends. */
const startLimitMs = 30_000;
const idleMs = 60_000;

/**
 * A process that runs template jobs. It is not a thread, because V8 ends a whole process when
 * a thread asks for much memory at once (Node 20.20: a thread with `maxOldGenerationSizeMb` 64 that
 * runs `"x".repeat(5e8).toUpperCase()`).
 */
export class WorkerProcess {
  readonly #limits: WorkerLimits;
  readonly #process: ChildProcess;
  readonly #onExit: () => void;
  #tasks: WorkerTask[] = [];
  #isReady = false;
  #timer: NodeJS.Timeout | undefined;
  #exit: WorkerExit = "memory";

  /** @param onExit called when the process accepts no more jobs; may be called twice */
  constructor({ program, ...limits }: WorkerOptions, onExit: () => void) {
    this.#limits = limits;
    this.#onExit = onExit;
    this.#process = fork(program, [], {
      env: {},
      execArgv: [
        `--max-old-space-size=${limits.memoryMb}`,
        "--max-semi-space-size=8",
        "--disallow-code-generation-from-strings",
      ],
      serialization: "advanced",
      // On stdio, standard output belongs to MCP; V8's report of a crash does not belong in the log.
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    this.#process.unref();
    this.#process.on("message", (message: WorkerMessage) => this.#receive(message));
    this.#process.once("exit", () => this.#handleExit());
    this.#process.once("error", () => this.#handleExit());
    this.#startTimer(startLimitMs);
  }

  get isBusy(): boolean {
    return this.#tasks.length > 0;
  }

  /** Must not be called while the process is busy. */
  start(tasks: readonly WorkerTask[]): void {
    this.#tasks = [...tasks];
    this.#process.channel?.ref();
    const batch: Batch = { jobs: tasks.map(({ job }) => stringifyJson(job)) };
    // If the process has ended, the batch is lost and the exit handler ends its tasks.
    this.#process.send(batch, () => {});
    if (this.#isReady) this.#startTimer(this.#limits.timeMs);
  }

  /** Kills the process, even while it is busy. */
  close(reason: WorkerExit = "closed"): void {
    this.#exit = reason;
    this.#onExit();
    this.#process.kill("SIGKILL");
  }

  #receive(message: WorkerMessage): void {
    if (message.kind === "ready") this.#isReady = true;
    else for (const outcome of message.outcomes) this.#tasks.shift()?.onEnd(outcome);
    if (this.isBusy) this.#startTimer(this.#limits.timeMs);
    else this.#startIdleTimer();
  }

  #startIdleTimer(): void {
    this.#process.channel?.unref();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.close(), idleMs);
    this.#timer.unref();
  }

  /** The second timer lets outcomes that have already arrived count before the kill. */
  #startTimer(limitMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = setTimeout(() => this.close("time"), 0);
    }, limitMs);
    this.#timer.unref();
  }

  #handleExit(): void {
    clearTimeout(this.#timer);
    const unfinished = this.#tasks;
    this.#tasks = [];
    this.#onExit();
    const reason = this.#isReady || this.#exit === "closed" ? this.#exit : "unstarted";
    for (const task of unfinished) task.onEnd(reason);
  }
}
