import { percentile } from "./statistics.ts";

/** As many as the program opens to MLflow. */
export const connections = 16;

export interface Load {
  readonly callsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** Makes `count` calls, `atOnce` of them at any time. */
export async function load(
  count: number,
  atOnce: number,
  call: (index: number) => Promise<void>,
): Promise<Load> {
  const times: number[] = [];
  let next = 0;
  const caller = async () => {
    while (next < count) {
      const start = performance.now();
      await call(next++);
      times.push(performance.now() - start);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: atOnce }, caller));
  const seconds = (performance.now() - start) / 1_000;
  return {
    callsPerSecond: count / seconds,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
  };
}
