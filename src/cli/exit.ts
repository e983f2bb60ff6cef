import { exitCodeOf } from "./exit-codes.ts";

/** Writes the error's message to standard error, and sets the exit code that `exitCodeOf` says. */
export function failProcess(error: unknown): void {
  process.stderr.write(`mlflow-prompts-mcp: ${messageOf(error)}\n`);
  process.exitCode = exitCodeOf(error);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Closes the server and exits on the first SIGINT or SIGTERM. */
export function closeOnSignal(server: { close(): Promise<void> }): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      server.close().then(() => process.exit(0), failProcess);
    });
  }
}
