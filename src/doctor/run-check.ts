import { ConfigError } from "../config/errors.ts";
import { withTimeLimit } from "../registry/concurrency/time-limit.ts";
import { untilAborted } from "../registry/concurrency/until-aborted.ts";
import { RegistryError, type RegistryErrorKind } from "../registry/errors.ts";
import { type Check, type Fault, type Finding, type Line, problem } from "./finding.ts";

const faults: Readonly<Partial<Record<RegistryErrorKind, Fault>>> = {
  unauthenticated: "credential",
  forbidden: "credential",
  unavailable: "unreachable",
};

/** Always resolves: a check that fails, or takes longer than the limit, is a problem. */
export async function runCheck({ name, run }: Check, limitMs: number): Promise<Line> {
  try {
    const finding = await withTimeLimit(limitMs, undefined, (signal) =>
      untilAborted(run(signal), signal, () => new TookTooLong(limitMs)),
    );
    return { name, ...finding };
  } catch (error) {
    return { name, ...problemOf(error) };
  }
}

class TookTooLong extends Error {
  constructor(limitMs: number) {
    super(`The check had no result within ${limitMs / 1_000} s.`);
  }
}

function problemOf(error: unknown): Finding {
  if (error instanceof ConfigError) return problem("settings", error.message);
  if (error instanceof TookTooLong) {
    return problem("unreachable", error.message, "Try again, or look for what does not answer.");
  }
  if (error instanceof RegistryError) return problem(faults[error.kind] ?? "other", error.message);
  return problem("other", error instanceof Error ? error.message : String(error));
}
