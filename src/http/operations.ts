import type { ServerResponse } from "node:http";
import type { Route } from "./app.ts";
import type { Readiness } from "./health.ts";
import type { Metrics } from "./metrics.ts";
import { HttpRefusal } from "./refusal.ts";

/** Paths for those who run the server. They tell nothing of prompts and callers, and ask for none. */
export function operationsRoutes(parts: {
  readonly readiness: () => Promise<Readiness>;
  /** Sentences about what does not work and does not keep the server from being ready. */
  readonly troubles: () => readonly string[];
  readonly metrics: Metrics;
  readonly isStopping: () => boolean;
}): ReadonlyMap<string, Route> {
  const { readiness, troubles, metrics, isStopping } = parts;
  return new Map<string, Route>([
    ["/healthz", onlyGet(async (response) => send(response, 200, "ok\n"))],
    [
      "/readyz",
      onlyGet(async (response) => {
        if (isStopping()) return send(response, 503, "The server is stopping.\n");
        const { ready, reason } = await readiness();
        send(response, ready ? 200 : 503, `${[reason, ...troubles()].join("\n")}\n`);
      }),
    ],
    [
      "/metrics",
      onlyGet(async (response) => send(response, 200, await metrics.text(), metrics.contentType)),
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
  return async (request: { method?: string }, response: ServerResponse): Promise<void> => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      throw new HttpRefusal(405, "Only GET is answered here.", { allow: "GET, HEAD" });
    }
    await answer(response);
  };
}

function send(response: ServerResponse, status: number, text: string, type = "text/plain"): void {
  response.writeHead(status, { "content-type": type, "cache-control": "no-store" }).end(text);
}
