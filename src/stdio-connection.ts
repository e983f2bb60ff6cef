import { serveStdio as serve } from "@modelcontextprotocol/server/stdio";
import { DirectStdio } from "./direct-stdio.ts";
import type { Log } from "./log.ts";
import { createServerFactory, type ServerParts } from "./server.ts";
import type { Session } from "./session.ts";

/** Answers the client behind standard input and output until it hangs up. */
export function connectStdio(
  session: Session,
  parts: ServerParts,
  log: Log,
): { close(): Promise<void> } {
  const createServer = createServerFactory(parts);
  const transport = new DirectStdio();
  const listened = () => transport.listened;
  const serverFor = (era: "legacy" | "modern") => {
    const server = createServer(session, { era, lasting: true, listened });
    if (era === "legacy") transport.answersWith(server);
    return server;
  };
  return serve(({ era }) => serverFor(era), {
    transport,
    onerror: (error) => log.error("stdio", { error: error.message }),
  });
}
