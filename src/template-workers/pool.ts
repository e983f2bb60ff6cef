import { availableParallelism } from "node:os";
import type { TemplateSubject } from "../registry/engine/template-engine.ts";
import type { JobKind, JobResult, TemplateJob } from "../registry/engine/template-job.ts";
import {
  jobError,
  limitExceededError,
  notStartedError,
  queueFullError,
  stoppingError,
} from "./errors.ts";
import { FairQueue } from "./fair-queue.ts";
import { type Outcome, readWritten } from "./messages.ts";
import { keyOf, ResultCache } from "./results.ts";
import { workerFile } from "./worker-file.ts";
import {
  type WorkerExit,
  type WorkerOptions,
  WorkerProcess,
  type WorkerTask,
} from "./worker-process.ts";

export interface PoolOptions extends WorkerOptions {
  readonly processes: number;
  /** Queued jobs of one caller. */
  readonly queueLimit: number;
}

export const defaultPool: PoolOptions = {
  program: workerFile,
  timeMs: 1_000,
  memoryMb: 128,
  processes: Math.min(4, Math.max(2, availableParallelism())),
  queueLimit: 20_000,
};

const maxBatch = { tasks: 100, characters: 1_000_000 } as const;

interface Task {
  readonly job: TemplateJob;
  readonly subject: TemplateSubject;
  /** Whether the job must run in a batch of its own, to find the job that exceeds a limit. */
  readonly alone: boolean;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A pool of processes that run template jobs within limits that no template can bypass. One caller
 * uses at most half of the processes.
 */
export class WorkerPool {
  readonly #options: PoolOptions;
  readonly #queue: FairQueue<Task>;
  readonly #results = new ResultCache();
  readonly #workers = new Set<WorkerProcess>();
  /** Number of busy processes by caller. */
  readonly #busyByCaller = new Map<string, number>();
  #isScheduled = false;
  #isClosed = false;

  constructor(options: PoolOptions = defaultPool) {
    this.#options = options;
    this.#queue = new FairQueue(options.queueLimit);
  }

  /** Runs a job as `RunJob` defines. @param caller the caller whose share the job counts against */
  run<Kind extends JobKind>(
    caller: string,
    job: TemplateJob & TemplateJob<Kind>,
    subject: TemplateSubject,
  ): Promise<JobResult<Kind>> {
    return new Promise((resolve, reject) => {
      const alone = !("texts" in job);
      // The worker calls `runJob` with this job, so the result has the type for its kind.
      const done = (result: unknown) => resolve(result as JobResult<Kind>);
      const task = { job, subject, alone, resolve: done, reject };
      if (this.#isClosed) reject(stoppingError());
      else if (!this.#queue.add(caller, task)) reject(queueFullError(subject));
      else this.#schedule();
    });
  }

  /** Rejects all queued jobs and kills all processes. */
  close(): void {
    this.#isClosed = true;
    for (const { reject } of this.#queue.clear()) reject(stoppingError());
    for (const worker of [...this.#workers]) worker.close();
  }

  /** Waits for the end of the event loop's turn, so that jobs requested together form a batch. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    for (let worker = this.#freeWorker(); worker; worker = this.#freeWorker()) {
      const share = Math.max(1, Math.floor(this.#options.processes / 2));
      const turn = this.#queue.take(
        (caller) => (this.#busyByCaller.get(caller) ?? 0) < share,
        batchSize,
      );
      if (turn === undefined) return;
      const { caller } = turn;
      const tasks = turn.tasks.filter((task) => !this.#settleFromCache(task));
      if (tasks.length > 0) this.#start(worker(), caller, tasks);
    }
  }

  /** Returns undefined when all processes are busy. */
  #freeWorker(): (() => WorkerProcess) | undefined {
    for (const worker of this.#workers) if (!worker.isBusy) return () => worker;
    return this.#workers.size < this.#options.processes ? () => this.#newWorker() : undefined;
  }

  #newWorker(): WorkerProcess {
    const worker = new WorkerProcess(this.#options, () => this.#workers.delete(worker));
    this.#workers.add(worker);
    return worker;
  }

  #settleFromCache({ job, subject, resolve, reject }: Task): boolean {
    if (!this.#results.mayContain(job)) return false;
    const key = keyOf(job);
    const cached = this.#results.resultOf(key);
    if (cached) resolve(cached.result);
    const exceeded = this.#results.exceededLimitOf(key);
    if (exceeded) reject(limitExceededError(job, exceeded, subject, this.#options));
    return cached !== undefined || exceeded !== undefined;
  }

  #start(worker: WorkerProcess, caller: string, tasks: readonly Task[]): void {
    this.#busyByCaller.set(caller, 1 + (this.#busyByCaller.get(caller) ?? 0));
    let left = tasks.length;
    const retries: Task[] = [];
    const onEnd = (task: Task, how: Outcome | WorkerExit) => {
      if (tasks.length > 1 && (how === "time" || how === "memory")) {
        retries.push({ ...task, alone: true });
      } else this.#settle(task, how);
      left -= 1;
      if (left === 0) this.#finish(caller, retries);
    };
    worker.start(
      tasks.map((task): WorkerTask => ({ job: task.job, onEnd: (how) => onEnd(task, how) })),
    );
  }

  #finish(caller: string, retries: readonly Task[]): void {
    const busy = (this.#busyByCaller.get(caller) ?? 0) - 1;
    if (busy > 0) this.#busyByCaller.set(caller, busy);
    else this.#busyByCaller.delete(caller);
    if (retries.length > 0) this.#queue.putBack(caller, retries);
    this.#schedule();
  }

  #settle(task: Task, how: Outcome | WorkerExit): void {
    const { job, subject } = task;
    if (how === "closed") task.reject(stoppingError());
    else if (how === "unstarted") task.reject(notStartedError());
    else if (how === "time" || how === "memory") {
      this.#results.addFailure(job, how);
      task.reject(limitExceededError(job, how, subject, this.#options));
    } else if (how.kind === "done") {
      const result = how.result === undefined ? undefined : readWritten<unknown>(how.result);
      this.#results.addResult(job, result);
      task.resolve(result);
    } else if (how.kind === "refused") {
      task.reject(jobError(how.error, subject));
    } else task.reject(new Error(`TemplateJob on a template failed: ${how.error}`));
  }
}

/** Returns how many of the tasks form the next batch, at least one. */
function batchSize(tasks: readonly Task[]): number {
  let [count, characters] = [0, 0];
  for (const { job, alone } of tasks) {
    if (count > 0 && alone) break;
    if (count === maxBatch.tasks || characters > maxBatch.characters) break;
    count += 1;
    characters += "texts" in job ? job.texts.reduce((sum, text) => sum + text.length, 0) : 0;
    if (alone) break;
  }
  return count;
}
