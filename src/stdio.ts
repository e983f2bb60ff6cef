import { userInfo } from "node:os";
import { setFlagsFromString } from "node:v8";
import { serveStdio as serve } from "@modelcontextprotocol/server/stdio";
import type { Config } from "./config.ts";
import type { Log } from "./log.ts";
import { openRegistry } from "./open-registry.ts";
import { policyOf } from "./policy.ts";
import { ChangeHub, changeOf } from "./registry/changes.ts";
import { WatchedRegistry } from "./registry/watched-registry.ts";
import { createServerFactory } from "./server.ts";
import type { Session } from "./session.ts";
import { userAgent } from "./version.ts";

/**
 * Serves one client over standard input and output until it hangs up. A registry that cannot be
 * reached does not stop the server: it is first asked when the client asks, and every call that
 * needs it says why it failed.
 */
export async function serveStdio(config: Config, log: Log): Promise<{ close(): Promise<void> }> {
  const { workspace } = config;
  const policy = await policyOf(config);
  const { view, close } = await openRegistry(config, { userAgent });
  const hub = new ChangeHub();
  const credential = config.registry.kind === "mlflow" ? config.registry.credential : undefined;
  const registry = new WatchedRegistry(view({ workspace, credential }), (write) => {
    const change = changeOf(write);
    if (change) hub.publish(workspace, change);
  });
  const session: Session = {
    ...policy,
    workspace,
    registry,
    changes: hub.of(workspace),
    who: credential?.kind === "basic" ? credential.username : userInfo().username,
  };
  keepHeapSmall();
  const createServer = createServerFactory();
  const connection = serve(({ era }) => createServer(session, { era, lasting: true }), {
    onerror: (error) => log.error("stdio", { error: error.message }),
  });
  return {
    async close() {
      await connection.close();
      await close();
    },
  };
}

/** Milliseconds by which a host has what it asks for at the start. */
const startMs = 1_000;

/**
 * A person has one such server for each client and project, idle most of the time, so what a long
 * list needed is given back: V8 would keep 35 MiB of 1,000 prompts. The price is processor time: 50
 * ms for such a list, and 15 for a start if it came sooner. V8 takes no notice of flags that it does
 * not know.
 */
function keepHeapSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
  setTimeout(() => setFlagsFromString("--optimize-for-size"), startMs).unref();
}
