import { RegistryError } from "../errors.ts";

/** Why something cannot be said of a template. */
export interface Problem {
  readonly problem: string;
}

/** Uses the fallback for a job that exceeded a limit. */
export async function withFallback<Result, Fallback>(
  running: Promise<Result>,
  fallback: (error: RegistryError) => Fallback,
): Promise<Result | Fallback> {
  try {
    return await running;
  } catch (error) {
    if (error instanceof RegistryError && error.kind === "invalid") return fallback(error);
    throw error;
  }
}

export function toProblem({ message }: RegistryError): Problem {
  return { problem: message };
}
