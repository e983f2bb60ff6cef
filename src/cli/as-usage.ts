import { ConfigError } from "../config/errors.ts";
import { RegistryError } from "../registry/errors.ts";

/**
 * Does a check of a word of the command line.
 * @throws ConfigError in place of `invalid`: the words are wrong, and not what a file or the registry has
 */
export function asUsage(check: () => void): void {
  try {
    check();
  } catch (error) {
    throw usageErrorOf(error);
  }
}

export function usageErrorOf(error: unknown): unknown {
  const isInvalid = error instanceof RegistryError && error.kind === "invalid";
  return isInvalid ? new ConfigError(error.message, { cause: error }) : error;
}
