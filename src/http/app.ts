import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Log } from "../log/log.ts";
import { HttpRefusal, rpcCode } from "./refusal.ts";
import { forPages } from "./ui/page-challenge.ts";

/** Handles the requests of one path. */
export type Route = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;

/**
 * Handles requests by path. An error is answered with a status and a sentence, never with a stack
 * trace, and does not end the process.
 * @param routeOf returns undefined for an unknown path
 */
export function createApp(
  routeOf: (path: string) => Route | undefined,
  log: Log,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const requestId = idOf(request);
    // Later steps read the id there, whether the client or this server set it.
    request.headers["x-request-id"] = requestId;
    response.setHeader("x-request-id", requestId);
    try {
      const url = urlOf(request);
      const route = routeOf(url.pathname);
      if (!route) throw new HttpRefusal(404, "Not found: the MCP endpoint is /mcp.");
      await route(request, response, url);
    } catch (error) {
      if (!(error instanceof HttpRefusal)) {
        const reason = error instanceof Error ? error.message : String(error);
        log.error("http", { request: requestId, error: reason });
      }
      sendRefusal(response, error instanceof HttpRefusal ? error : fault(requestId));
    }
  };
}

/** The body is JSON-RPC: MCP clients show its message (MCP 2025-11-25, Transports). */
function sendRefusal(response: ServerResponse, refusal: HttpRefusal): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, id, code, message } = refusal;
  const headers = forPages(response.req, refusal.headers);
  const body = JSON.stringify({ jsonrpc: "2.0", id, error: { code, message } });
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
}

function fault(requestId: string): HttpRefusal {
  return new HttpRefusal(
    500,
    `The server failed to process the request. The reason is in its log, at request ${requestId}.`,
  );
}

/** The client's request id when it is safe to log, or else a new one. */
function idOf({ headers }: IncomingMessage): string {
  const given = headers["x-request-id"];
  return typeof given === "string" && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID();
}

/**
 * The URL of a request line whose path is in normal form (RFC 9110, 4.2.3; RFC 3986, 6.2.2). Any
 * other form is refused, since a proxy may read it differently: one that allows only `/mcp` also
 * forwards `/mcp/../metrics`.
 */
function urlOf({ url: target = "" }: IncomingMessage): URL {
  const base = "http://server";
  const path = target.replace(/\?.*$/s, "");
  const isPlain = /^\/(?!\/)/.test(path) && !/\/\/|\\|%(2e|2f|5c)/i.test(path);
  const url = isPlain && URL.canParse(target, base) ? new URL(target, base) : undefined;
  if (url?.pathname === path) return url;
  throw new HttpRefusal(
    400,
    'The path is not in its normal form: one "/" at its beginning and between its parts, no "." or ".." for a part, no backslash, and neither of these percent-encoded.',
    {},
    rpcCode.invalidRequest,
  );
}
