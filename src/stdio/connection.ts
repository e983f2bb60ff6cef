import { serveStdio as serve } from "@modelcontextprotocol/server/stdio";
import type { Log } from "../log/log.ts";
import { createServerFactory, type ServerParts } from "../server/server.ts";
import type { Session } from "../session/session.ts";
import { FastStdio } from "./fast-path.ts";

/** Answers the client behind standard input and output until it disconnects. */
export function connectStdio(
  session: Session,
  parts: ServerParts,
  log: Log,
): { close(): Promise<void> } {
  const createServer = createServerFactory(parts);
  const transport = new FastStdio();
  const listened = () => transport.listened;
  const serverFor = (era: "legacy" | "modern") => {
    const server = createServer(session, { era, lasting: true, listened });
    transport.useServer(server, era);
    return server;
  };
  return serve(({ era }) => serverFor(era), {
    transport,
    onerror: (error) => log.error("stdio", { error: error.message }),
  });
}
