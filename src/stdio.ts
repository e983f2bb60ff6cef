import { serveStdio as serve } from "@modelcontextprotocol/server/stdio";
import type { Config } from "./config.ts";
import type { Log } from "./log.ts";
import { openRegistry } from "./open-registry.ts";
import { createServerFactory } from "./server.ts";
import type { Session } from "./session.ts";
import { version } from "./version.ts";

/**
 * Serves one client over standard input and output until it hangs up. A registry that cannot be
 * reached does not stop the server: it is first asked when the client asks, and every call that
 * needs it says why it failed.
 */
export async function serveStdio(config: Config, log: Log): Promise<{ close(): Promise<void> }> {
  const { registry, close } = await openRegistry(config, version);
  const session: Session = { ...config, registry };
  const createServer = createServerFactory();
  const connection = serve(() => createServer(session), {
    onerror: (error) => log.error("stdio", { error: error.message }),
  });
  return {
    async close() {
      await connection.close();
      await close();
    },
  };
}
