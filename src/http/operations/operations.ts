import type { IncomingMessage, ServerResponse } from "node:http";
import type { Route } from "../app.ts";
import { HttpRefusal } from "../refusal.ts";
import type { Readiness } from "./health.ts";
import type { Metrics } from "./metrics.ts";

/**
 * Paths for the operators of the server, without authentication: they show nothing of prompts and
 * callers. `/healthz` accepts any Host header.
 */
export function operationsRoutes(parts: {
  readonly readiness: () => Promise<Readiness>;
  /** Warnings that do not affect readiness, one sentence each. */
  readonly warnings: () => readonly string[];
  readonly metrics: Metrics;
  readonly isStopping: () => boolean;
  /** @throws HttpRefusal 403 for a foreign Host */
  readonly checkHost: (request: IncomingMessage) => void;
}): ReadonlyMap<string, Route> {
  const { readiness, warnings, metrics, isStopping, checkHost } = parts;
  const guarded =
    (route: Route): Route =>
    async (request, response, url) => {
      checkHost(request);
      await route(request, response, url);
    };
  return new Map<string, Route>([
    ["/healthz", onlyGet(async (response) => send(response, 200, "ok\n"))],
    [
      "/readyz",
      guarded(
        onlyGet(async (response) => {
          if (isStopping()) return send(response, 503, "The server is stopping.\n");
          const { ready, reason } = await readiness();
          send(response, ready ? 200 : 503, `${[reason, ...warnings()].join("\n")}\n`);
        }),
      ),
    ],
    [
      "/metrics",
      guarded(
        onlyGet(async (response) => send(response, 200, await metrics.text(), metrics.contentType)),
      ),
    ],
  ]);
}

/** Serves a constant JSON document. */
export function documentRoute(document: unknown): Route {
  const text = JSON.stringify(document);
  return async (request, response) => {
    // Web pages read it before they know the issuer (RFC 9728, 3.1).
    response.setHeader("access-control-allow-origin", "*");
    await onlyGet(async (target) => send(target, 200, text, "application/json"))(request, response);
  };
}

function onlyGet(answer: (response: ServerResponse) => Promise<void>) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      throw new HttpRefusal(405, "This path supports GET only.", { allow: "GET, HEAD" });
    }
    await answer(response);
  };
}

function send(response: ServerResponse, status: number, text: string, type = "text/plain"): void {
  response.writeHead(status, { "content-type": type, "cache-control": "no-store" }).end(text);
}
