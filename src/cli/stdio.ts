import { loadConfig } from "../config/config.ts";
import type { Environment } from "../config/settings.ts";
import { createLog } from "../log/log.ts";
import { serveStdio } from "../stdio/serve.ts";
import type { CommandLine } from "./command-line.ts";
import { closeOnSignal } from "./exit.ts";

/**
 * Serves one client over standard input and output. Resolves when serving has started.
 * @throws ConfigError
 */
export async function runStdio(
  { flags }: Pick<CommandLine, "flags">,
  environment: Environment,
): Promise<void> {
  const log = createLog(process.stderr);
  closeOnSignal(await serveStdio(loadConfig(flags, environment), log));
}
