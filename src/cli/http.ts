import { loadHttpConfig } from "../config/http-config.ts";
import type { Environment, SettingFlags } from "../config/settings.ts";
import { stdioStart } from "../config/stdio-start.ts";
import { createLog } from "../log/log.ts";
import { closeOnSignal } from "./exit.ts";

/**
 * Serves over Streamable HTTP and prints the address. Resolves when serving has started.
 * @param program path of this program, for the client configurations that are printed
 * @throws ConfigError
 * @throws RegistryError when the registry is unavailable, as `serveHttp` does
 */
export async function runHttp(
  { flags }: { readonly flags: SettingFlags },
  environment: Environment,
  program: string,
): Promise<void> {
  // The configuration is checked before the server is loaded: its errors are printed sooner.
  const config = loadHttpConfig(flags, environment);
  const { serveHttp } = await import("../http/serve.ts");
  const stdio = stdioStart(config, flags, environment, program);
  const log = createLog(process.stderr);
  const server = await serveHttp(config, log, stdio);
  closeOnSignal(server);
  if (server.reloadCertificate) process.on("SIGHUP", server.reloadCertificate);
  process.stdout.on("error", ({ message }) => log.error("announcement", { error: message }));
  process.stdout.write(server.announcement);
}
