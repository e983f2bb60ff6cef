import { ConfigError } from "../config/errors.ts";

/** Writes the error's message to standard error. Exit code 2 means wrong usage, 1 any other error. */
export function failProcess(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`mlflow-prompts-mcp: ${message}\n`);
  process.exitCode = error instanceof ConfigError ? 2 : 1;
}

/** Closes the server and exits on the first SIGINT or SIGTERM. */
export function closeOnSignal(server: { close(): Promise<void> }): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      server.close().then(() => process.exit(0), failProcess);
    });
  }
}
