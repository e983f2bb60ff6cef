import { ConfigError } from "../config/errors.ts";
import { RegistryError, type RegistryErrorKind } from "../registry/errors.ts";

/** The exit codes of all commands. */
export const exitCodes = {
  ok: 0,
  failure: 1,
  usage: 2,
  notPassed: 3,
  refused: 4,
  conflict: 5,
  unreachable: 6,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What --help says of each. */
export const exitCodeMeanings: Readonly<Record<ExitCode, string>> = {
  0: "done",
  1: "a failure",
  2: "wrong usage: a command, an argument, a flag or a setting",
  3: "a check is not passed, such as a gate",
  4: "not allowed, or the credential is refused",
  5: "a conflict: the registry has changed, or the change would break callers",
  6: "the registry cannot be reached",
};

const kinds: Readonly<Record<RegistryErrorKind, ExitCode>> = {
  not_found: exitCodes.failure,
  already_exists: exitCodes.conflict,
  invalid: exitCodes.failure,
  conflict: exitCodes.conflict,
  unauthenticated: exitCodes.refused,
  forbidden: exitCodes.refused,
  unavailable: exitCodes.unreachable,
  unreadable: exitCodes.failure,
  cancelled: exitCodes.failure,
};

/** The exit code of a command that ends with the error. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof ConfigError) return exitCodes.usage;
  if (!(error instanceof RegistryError)) return exitCodes.failure;
  return error.reason === "gate" ? exitCodes.notPassed : kinds[error.kind];
}
