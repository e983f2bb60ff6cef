import { PerformanceObserver } from "node:perf_hooks";
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/** The young generation of V8's heap in bytes: two halves of 4 MiB. */
const youngBytes = 8 * 1_024 * 1_024;

/**
 * Lets V8's young generation grow to 4 MiB twice and no further. Long lists would let it grow to 16,
 * which V8 keeps: 25 to 30 MiB for 1,000 prompts. It shrinks to 1 while nobody asks for anything, and
 * gets would take 16 % more processor time from then on if it were not to grow again.
 */
export function limitYoungGeneration(): void {
  const look = () => {
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space");
    growYoungGeneration((young?.space_size ?? 0) < youngBytes);
  };
  look();
  new PerformanceObserver(look).observe({ entryTypes: ["gc"] });
}

/**
 * Keeps all of V8's heap as small as it is. The price is processor time: 50 ms for a list of 1,000
 * prompts that is made anew, and 15 for a start if the old generation is collected sooner from the
 * beginning.
 * @param startMs by which a client has what it asks for at the start
 */
export function keepHeapSmall(startMs: number): void {
  growYoungGeneration(false);
  setTimeout(() => setFlagsFromString("--optimize-for-size"), startMs).unref();
}

/** V8 takes no notice of flags that it does not know. */
function growYoungGeneration(grows: boolean): void {
  setFlagsFromString(`--semi-space-growth-factor=${grows ? 2 : 1}`);
}
