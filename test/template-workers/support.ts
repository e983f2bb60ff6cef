import { onTestFinished } from "vitest";
import { defaultPool, type PoolOptions } from "../../src/template-workers/pool.ts";
import { TemplateWorkers } from "../../src/template-workers/template-workers.ts";

/** Starts workers that are closed at the end of the test. */
export function startWorkers(options: Partial<PoolOptions> = {}): TemplateWorkers {
  const workers = new TemplateWorkers({ ...defaultPool, processes: 2, ...options });
  onTestFinished(() => workers.close());
  return workers;
}

/** Counts the turns that the event loop makes: a thread that computes makes none. */
export function countTurns(): { readonly count: number } {
  const turns = { count: 0 };
  let running = true;
  const turn = () => {
    turns.count += 1;
    if (running) setTimeout(turn, 1);
  };
  turn();
  onTestFinished(() => {
    running = false;
  });
  return turns;
}
