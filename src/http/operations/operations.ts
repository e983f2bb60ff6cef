import type { IncomingMessage, ServerResponse } from "node:http";
import type { Route } from "../app.ts";
import { HttpRefusal } from "../refusal.ts";
import type { Readiness } from "./health.ts";
import type { Metrics } from "./metrics.ts";

/**
 * Paths for those who run the server. They tell nothing of prompts and callers, and ask for none.
 * Whether the process lives is told under any name.
 */
export function operationsRoutes(parts: {
  readonly readiness: () => Promise<Readiness>;
  /** Sentences about what does not work and does not keep the server from being ready. */
  readonly troubles: () => readonly string[];
  readonly metrics: Metrics;
  readonly isStopping: () => boolean;
  /** @throws HttpRefusal 403 for a foreign Host */
  readonly checkHost: (request: IncomingMessage) => void;
}): ReadonlyMap<string, Route> {
  const { readiness, troubles, metrics, isStopping, checkHost } = parts;
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
          send(response, ready ? 200 : 503, `${[reason, ...troubles()].join("\n")}\n`);
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

/** A document that never changes. */
export function documentRoute(document: unknown): Route {
  const text = JSON.stringify(document);
  return async (request, response) => {
    // Browsers read it before they know whom to sign in with (RFC 9728, 3.1).
    response.setHeader("access-control-allow-origin", "*");
    await onlyGet(async (target) => send(target, 200, text, "application/json"))(request, response);
  };
}

function onlyGet(answer: (response: ServerResponse) => Promise<void>) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      throw new HttpRefusal(405, "Only GET is answered here.", { allow: "GET, HEAD" });
    }
    await answer(response);
  };
}

function send(response: ServerResponse, status: number, text: string, type = "text/plain"): void {
  response.writeHead(status, { "content-type": type, "cache-control": "no-store" }).end(text);
}
