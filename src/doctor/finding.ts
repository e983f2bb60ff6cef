/** `skipped`: what the check needs is missing, which another line tells. */
export type Status = "ok" | "warning" | "problem" | "skipped";

/** What kind of problem it is, for the exit code. */
export type Fault = "credential" | "unreachable" | "settings" | "other";

/** What a check found. No text contains a secret. */
export interface Finding {
  readonly status: Status;
  /** What is the case, in one sentence or a few. */
  readonly detail: string;
  /** What to do; absent where there is nothing to do, or where `detail` says it. */
  readonly cure?: string;
  /** Of a problem. */
  readonly fault?: Fault;
}

export function ok(detail: string): Finding {
  return { status: "ok", detail };
}

export function warning(detail: string, cure?: string): Finding {
  return { status: "warning", detail, ...(cure === undefined ? {} : { cure }) };
}

export function problem(fault: Fault, detail: string, cure?: string): Finding {
  return { status: "problem", fault, detail, ...(cure === undefined ? {} : { cure }) };
}

export function skipped(detail: string): Finding {
  return { status: "skipped", detail };
}

/** One line of the report. */
export interface Check {
  readonly name: string;
  /** Changes nothing. What it throws is a problem. */
  run(signal: AbortSignal): Promise<Finding>;
}

/** A check with what it found. */
export interface Line extends Finding {
  readonly name: string;
}
