import type { IncomingMessage, ServerResponse } from "node:http";
import { isIP } from "node:net";
import { validateHostHeader } from "@modelcontextprotocol/server";
import cors from "cors";
import type { HttpConfig } from "../config/http-config.ts";
import { isLoopback } from "../config/texts.ts";
import type { AnsweredHosts } from "./answered-hosts.ts";
import { HttpRefusal } from "./refusal.ts";
import type { StartToken } from "./ui/start-token.ts";

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
   * @param host the Host that the client sent
   * @returns whether the request has been answered
   * @throws HttpRefusal 403 for an Origin that may not call, 401 for the server's own page without its
   *   start token
   */
  handleOrigin(
    request: IncomingMessage,
    response: ServerResponse,
    host: string | undefined,
  ): boolean;
}

/**
 * Host and Origin lists (MCP 2025-11-25, Transports, Security Warning). Only listed origins get
 * CORS headers. The server's own page needs none, but its start token where there is one. On a loopback address programs that name a local
 * Origin may call too, but no browser on behalf of another page: browsers say so in Sec-Fetch-Site,
 * which is the same for every port of a machine's own name.
 */
export function createGuards(
  {
    host,
    allowedOrigins,
    publicUrl,
    servesPage,
  }: Pick<HttpConfig, "host" | "allowedOrigins" | "publicUrl" | "servesPage">,
  hosts: AnsweredHosts,
  startToken: StartToken | undefined,
): Guards {
  const publicOrigin = publicUrl && new URL(publicUrl).origin;
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
  const checkUnlisted = (request: IncomingMessage, origin: string, called: string | undefined) => {
    const site = request.headers["sec-fetch-site"];
    const isOwn = origin === publicOrigin || hostOf(origin) === called?.toLowerCase();
    if (servesPage && isOwn && (site === undefined || site === "same-origin")) {
      // Programs that name this origin are no page: to loopback, browsers always send Sec-Fetch-Site.
      if (site !== undefined) startToken?.check(request);
      return;
    }
    if (site === undefined && isLoopback(host) && isLocalPage(origin)) return;
    throw new HttpRefusal(
      403,
      "Web pages of this Origin may not call the server. Its operator can add it with --allowed-origins.",
    );
  };
  return {
    checkHost,
    checkHostOrAddress(named) {
      if (!isAddress(named)) checkHost(named);
    },
    handleOrigin(request, response, called) {
      const { origin } = request.headers;
      if (origin === undefined) return false;
      if (!origins.includes(origin)) {
        checkUnlisted(request, origin, called);
        return false;
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

/** With the port, where it is not the scheme's own. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

function isLocalPage(origin: string): boolean {
  return URL.canParse(origin) && isLoopback(new URL(origin).hostname);
}

/** Whether a Host header is an IP address, with a port or without. */
function isAddress(named = ""): boolean {
  return isIP(named.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1")) !== 0;
}
