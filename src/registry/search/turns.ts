import { setImmediate as turn } from "node:timers/promises";

/** Milliseconds of work after which the event loop gets a turn. */
const maxTurnMs = 10;

/** Gives the event loop a turn whenever the work has run for `maxTurnMs`. */
export function createYielder(): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < maxTurnMs) return undefined;
    return turn().then(() => {
      since = performance.now();
    });
  };
}
