import type { IncomingMessage, ServerResponse } from "node:http";
import { isIP } from "node:net";
import { validateHostHeader } from "@modelcontextprotocol/server";
import cors from "cors";
import type { HttpConfig } from "../config/http-config.ts";
import { isLoopback } from "../config/texts.ts";
import type { AnsweredHosts } from "./answered-hosts.ts";
import { HttpRefusal } from "./refusal.ts";

/** Checks that stop web pages from calling the server through a visitor's browser. */
export interface Guards {
  /** @throws HttpRefusal 403 for a Host that is not this server's (DNS rebinding) */
  checkHost(host: string | undefined): void;
  /**
   * As `checkHost`, but accepts an IP address, which the probes of operators use. A web page cannot
   * make a browser send an IP address as Host that is not the page's own.
   * @throws HttpRefusal 403
   */
  checkHostOrAddress(host: string | undefined): void;
  /**
   * Refuses web pages of other origins, and answers the preflight of allowed ones.
   * @returns whether the request has been answered
   * @throws HttpRefusal 403 for an Origin that may not call
   */
  handleOrigin(request: IncomingMessage, response: ServerResponse): boolean;
}

/**
 * Host and Origin lists (MCP 2025-11-25, Transports, Security Warning). Only listed origins get
 * CORS headers. On a loopback address local web pages may call too, as far as browsers allow it.
 */
export function createGuards(
  { host, allowedOrigins }: Pick<HttpConfig, "host" | "allowedOrigins">,
  hosts: AnsweredHosts,
): Guards {
  const names = [...hosts.names];
  const origins = allowedOrigins.map((origin) => new URL(origin).origin);
  const allowCors = cors({
    origin: origins,
    methods: ["GET", "POST", "DELETE"],
    exposedHeaders: ["mcp-session-id", "www-authenticate", "retry-after", "x-request-id"],
    maxAge: 600,
  });
  const checkHost = (named: string | undefined) => {
    if (hosts.anyAddress && isAddress(named)) return;
    const result = validateHostHeader(named, names);
    if (result.ok) return;
    throw new HttpRefusal(
      403,
      `${result.message}: the server accepts only its own host names. Its operator can add one with --allowed-hosts.`,
    );
  };
  return {
    checkHost,
    checkHostOrAddress(named) {
      if (!isAddress(named)) checkHost(named);
    },
    handleOrigin(request, response) {
      const { origin } = request.headers;
      if (origin === undefined) return false;
      if (!origins.includes(origin)) {
        if (isLoopback(host) && isLocalPage(origin)) return false;
        throw new HttpRefusal(
          403,
          "Web pages of this Origin may not call the server. Its operator can add it with --allowed-origins.",
        );
      }
      // Answers a preflight itself, and calls back for any other request.
      let answered = true;
      allowCors(request, response, () => {
        answered = false;
      });
      return answered;
    },
  };
}

function isLocalPage(origin: string): boolean {
  return URL.canParse(origin) && isLoopback(new URL(origin).hostname);
}

/** Whether a Host header is an IP address, with a port or without. */
function isAddress(named = ""): boolean {
  return isIP(named.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1")) !== 0;
}
