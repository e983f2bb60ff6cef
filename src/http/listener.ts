import { createServer, type Server } from "node:http";
import { type AddressInfo, isIPv6 } from "node:net";
import { hostHeaderValidation, originValidation, toNodeHandler } from "@modelcontextprotocol/node";
import { createMcpHandler } from "@modelcontextprotocol/server";
import type { Log } from "../log.ts";
import { createServerFactory } from "../server.ts";
import type { Session } from "../session.ts";

/** The largest request body that is read, in bytes. A template of 100,000 characters is smaller. */
const maxBodyBytes = 4 * 1024 * 1024;

export interface Listener {
  /** `http://127.0.0.1:8080/mcp` */
  readonly url: string;
  /** Stops accepting, lets calls in flight finish, and resolves when the last one has. */
  close(): Promise<void>;
}

/**
 * Serves MCP at `/mcp` on a loopback address, to 2025-era clients and to those of 2026-07-28. Every
 * other path is 404. Host and Origin must be local, so that a web page cannot reach the server
 * through a name of its own (DNS rebinding; MCP 2025-11-25, Transports, Security Warning).
 */
export async function listen(
  session: Session,
  address: { readonly host: string; readonly port: number },
  log: Log,
): Promise<Listener> {
  const create = createServerFactory();
  const onerror = (error: Error) => log.error("http", { error: error.message });
  const handler = createMcpHandler(() => create(session), {
    onerror,
    maxRequestBodySize: maxBodyBytes,
  });
  const serveMcp = toNodeHandler(handler, { onerror, maxRequestBodySize: maxBodyBytes });
  const local = ["localhost", "127.0.0.1", "[::1]", address.host];
  const isLocalHost = hostHeaderValidation(local);
  const isLocalOrigin = originValidation(local);

  const server = createServer((request, response) => {
    if (!isLocalHost(request, response) || !isLocalOrigin(request, response)) return;
    if (new URL(request.url ?? "/", "http://localhost").pathname !== "/mcp") {
      response.writeHead(404, { "content-type": "text/plain" });
      response.end("Not found: the MCP endpoint is /mcp.\n");
      return;
    }
    void serveMcp(request, response);
  });
  const port = await bound(server, address);
  const host = isIPv6(address.host) ? `[${address.host}]` : address.host;
  return {
    url: `http://${host}:${port}/mcp`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await handler.close();
      await closed;
    },
  };
}

function bound(server: Server, { host, port }: { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const address: AddressInfo | string | null = server.address();
      resolve(typeof address === "object" && address ? address.port : port);
    });
  });
}
