import { availableParallelism } from "node:os";
import type { TemplateSubject } from "../registry/engine/template-engine.ts";
import type { Work, WorkKind, WorkResult } from "../registry/engine/work.ts";
import { givenUp, notStarted, refused, stopping, tooMuchWaiting } from "./errors.ts";
import { FairQueue } from "./fair-queue.ts";
import type { Outcome } from "./messages.ts";
import { keyOf, WorkResults } from "./results.ts";
import { workerFile } from "./worker-file.ts";
import {
  type WorkerEnd,
  type WorkerOptions,
  WorkerProcess,
  type WorkerTask,
} from "./worker-process.ts";

export interface PoolOptions extends WorkerOptions {
  readonly processes: number;
  /** Pieces of work of one caller that may wait. */
  readonly waiting: number;
}

export const defaultPool: PoolOptions = {
  program: workerFile,
  timeMs: 1_000,
  memoryMb: 128,
  processes: Math.min(4, Math.max(2, availableParallelism())),
  waiting: 20_000,
};

/** What is sent to a process at once at most. */
const batch = { tasks: 100, characters: 1_000_000 } as const;

interface Task {
  readonly work: Work;
  readonly subject: TemplateSubject;
  /** Whether it is to be run by itself, so that it is known what took too much. */
  readonly alone: boolean;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Processes that work on templates, within limits that nothing in a template can escape. One caller
 * has half of them at most, so that there always is one for the others.
 */
export class WorkerPool {
  readonly #options: PoolOptions;
  readonly #queue: FairQueue<Task>;
  readonly #results = new WorkResults();
  readonly #workers = new Set<WorkerProcess>();
  /** Processes that are busy, by the caller they are busy for. */
  readonly #busyFor = new Map<string, number>();
  #isScheduled = false;
  #isClosed = false;

  constructor(options: PoolOptions = defaultPool) {
    this.#options = options;
    this.#queue = new FairQueue(options.waiting);
  }

  /** As `RunWork` says. @param caller shares the processes with the others */
  run<Kind extends WorkKind>(
    caller: string,
    work: Work & Work<Kind>,
    subject: TemplateSubject,
  ): Promise<WorkResult<Kind>> {
    return new Promise((resolve, reject) => {
      const alone = !("texts" in work);
      // What comes back is what `perform` gave for this kind of work, there as here.
      const done = (result: unknown) => resolve(result as WorkResult<Kind>);
      const task = { work, subject, alone, resolve: done, reject };
      if (this.#isClosed) reject(stopping());
      else if (!this.#queue.add(caller, task)) reject(tooMuchWaiting(subject));
      else this.#schedule();
    });
  }

  /** Ends all processes. */
  close(): void {
    this.#isClosed = true;
    for (const { reject } of this.#queue.clear()) reject(stopping());
    for (const worker of [...this.#workers]) worker.close();
  }

  /** What is asked for at once is done together. */
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
      const turn = this.#queue.take((caller) => (this.#busyFor.get(caller) ?? 0) < share, countOf);
      if (turn === undefined) return;
      const { caller } = turn;
      const tasks = turn.tasks.filter((task) => !this.#isKnown(task));
      if (tasks.length > 0) this.#start(worker(), caller, tasks);
    }
  }

  /** Undefined when all are busy. */
  #freeWorker(): (() => WorkerProcess) | undefined {
    for (const worker of this.#workers) if (!worker.isBusy) return () => worker;
    return this.#workers.size < this.#options.processes ? () => this.#newWorker() : undefined;
  }

  #newWorker(): WorkerProcess {
    const worker = new WorkerProcess(this.#options, () => this.#workers.delete(worker));
    this.#workers.add(worker);
    return worker;
  }

  #isKnown({ work, subject, resolve, reject }: Task): boolean {
    if (!this.#results.mayKnow(work)) return false;
    const key = keyOf(work);
    const known = this.#results.resultOf(key);
    if (known) resolve(known.result);
    const why = this.#results.whyGivenUp(key);
    if (why) reject(givenUp(work, why, subject, this.#options));
    return known !== undefined || why !== undefined;
  }

  #start(worker: WorkerProcess, caller: string, tasks: readonly Task[]): void {
    this.#busyFor.set(caller, 1 + (this.#busyFor.get(caller) ?? 0));
    let left = tasks.length;
    const again: Task[] = [];
    const ended = (task: Task, how: Outcome | WorkerEnd) => {
      if (tasks.length > 1 && (how === "time" || how === "memory")) {
        again.push({ ...task, alone: true });
      } else this.#settle(task, how);
      left -= 1;
      if (left === 0) this.#over(caller, again);
    };
    worker.start(
      tasks.map((task): WorkerTask => ({ work: task.work, ended: (how) => ended(task, how) })),
    );
  }

  #over(caller: string, again: readonly Task[]): void {
    const busy = (this.#busyFor.get(caller) ?? 0) - 1;
    if (busy > 0) this.#busyFor.set(caller, busy);
    else this.#busyFor.delete(caller);
    if (again.length > 0) this.#queue.putBack(caller, again);
    this.#schedule();
  }

  #settle(task: Task, how: Outcome | WorkerEnd): void {
    const { work, subject } = task;
    if (how === "closed") task.reject(stopping());
    else if (how === "unstarted") task.reject(notStarted());
    else if (how === "time" || how === "memory") {
      this.#results.giveUp(work, how);
      task.reject(givenUp(work, how, subject, this.#options));
    } else if (how.kind === "done") {
      this.#results.keep(work, how.result);
      task.resolve(how.result);
    } else if (how.kind === "refused") {
      task.reject(refused(how.error, subject));
    } else task.reject(new Error(`Work on a template failed: ${how.error}`));
  }
}

/** How many of the tasks go together: at least one. */
function countOf(tasks: readonly Task[]): number {
  let [count, characters] = [0, 0];
  for (const { work, alone } of tasks) {
    if (count > 0 && alone) break;
    if (count === batch.tasks || characters > batch.characters) break;
    count += 1;
    characters += "texts" in work ? work.texts.reduce((sum, text) => sum + text.length, 0) : 0;
    if (alone) break;
  }
  return count;
}
