import { vi } from "vitest";

/**
 * Repeats the check until it does not throw. What is late on a busy machine is not wrong: only what
 * does not come at all fails.
 */
export function eventually<Result>(check: () => Result | Promise<Result>): Promise<Result> {
  return vi.waitFor(check, { timeout: 60_000, interval: 20 });
}
