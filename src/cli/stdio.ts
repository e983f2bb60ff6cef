import { loadConfig } from "../config/config.ts";
import type { Environment, SettingFlags } from "../config/settings.ts";
import { createLog } from "../log/log.ts";
import { serveStdio } from "../stdio/serve.ts";
import { closeOnSignal } from "./exit.ts";

/**
 * Serves one client over standard input and output. Resolves when serving has started.
 * @throws ConfigError
 */
export async function runStdio(
  { flags }: { readonly flags: SettingFlags },
  environment: Environment,
): Promise<void> {
  const log = createLog(process.stderr);
  closeOnSignal(await serveStdio(loadConfig(flags, environment), log));
}
