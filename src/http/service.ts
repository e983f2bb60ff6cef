import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { HttpConfig } from "../config/http-config.ts";
import type { Config } from "../config.ts";
import type { Log } from "../log.ts";
import type { OpenRegistry } from "../open-registry.ts";
import { PromptMemo } from "../prompts/memo.ts";
import { ChangeHub } from "../registry/changes.ts";
import { createDirectServer, createServerFactory } from "../server.ts";
import type { Policy } from "../session.ts";
import { Admission } from "./admission.ts";
import { createApp, type Route } from "./app.ts";
import { createAuthentication } from "./authentication.ts";
import { DirectWay } from "./direct-way.ts";
import { createGuards } from "./guards.ts";
import { createReadiness } from "./health.ts";
import { Load } from "./load.ts";
import { McpEndpoint } from "./mcp-endpoint.ts";
import { createMcpRoute } from "./mcp-route.ts";
import type { Metrics } from "./metrics.ts";
import { metadataAt } from "./oauth/resource-metadata.ts";
import { documentRoute, operationsRoutes } from "./operations.ts";
import { createPeerReader } from "./peer.ts";
import { createRateLimit } from "./rate-limit.ts";
import { scopeOf } from "./scopes.ts";
import { Sessions } from "./sessions.ts";

/** What the http command reads. */
export type HttpServerConfig = Config & { readonly http: HttpConfig };

export interface HttpService {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /**
   * Ends the streams at once, lets calls in flight finish until the deadline, and ends everything.
   * To be called when no further connections are taken.
   */
  stop(): Promise<void>;
}

/** What is kept of sent messages for streams that are resumed, over all sessions. */
const maxEventBytes = 32 * 1024 * 1024;

/** Puts the service together. @param origin the address that is listened on */
export function createHttpService(
  config: HttpServerConfig,
  policy: Policy,
  registry: OpenRegistry,
  origin: string,
  metrics: Metrics,
  log: Log,
): HttpService {
  const { http } = config;
  const onerror = (error: Error) => log.error("mcp", { error: error.message });
  const memo = new PromptMemo();
  const createServer = createServerFactory(memo);
  const inFlight = new Load(http.maxInFlight, "The server is answering as many calls as it takes.");
  const streams = new Load(http.maxStreams, "As many streams are open as this server takes.");
  const sessions = new Sessions({
    createServer,
    onerror,
    maxSessions: http.maxSessions,
    idleMs: 1_000 * http.sessionIdle,
    maxEventBytes,
  });
  const resource = `${http.publicUrl ?? origin}/mcp`;
  const authenticator = createAuthentication(http, {
    resource,
    observe: ({ cache, outcome }) => metrics.lookup(cache, outcome),
    ...(config.workspace === undefined ? {} : { workspace: config.workspace }),
    ...(config.registry.kind === "mlflow" && config.registry.credential
      ? { credential: config.registry.credential }
      : {}),
  });
  const { challenge } = authenticator;
  const endpoint = new McpEndpoint({
    createServer,
    onerror,
    ...(http.stateless ? {} : { sessions }),
    ...(challenge === undefined ? {} : { challenge }),
  });
  const direct = new DirectWay({
    server: createDirectServer(memo),
    ...(challenge === undefined ? {} : { challenge }),
  });
  let stopping = false;
  const mcp = createMcpRoute({
    config,
    policy,
    registry,
    hub: new ChangeHub(),
    peerOf: createPeerReader(http.trustProxy),
    guards: createGuards(http),
    authenticator,
    rateLimit: createRateLimit(http.rateLimit),
    checkScope: (call, identity, pathWorkspace) => {
      const scope = scopeOf(call);
      if (scope === undefined || identity.scopes?.has(scope) !== false) return;
      throw authenticator.insufficientScope?.(scope, pathWorkspace);
    },
    admission: new Admission(challenge, (outcome) => metrics.lookup("admission", outcome)),
    inFlight,
    streams,
    direct,
    endpoint,
    metrics,
    log,
  });
  const routes = operationsRoutes({
    readiness: createReadiness(registry),
    metrics,
    isStopping: () => stopping,
  });
  const app = createApp(
    (path) =>
      /^\/mcp(\/[^/]+)?$/.test(path)
        ? mcp
        : (routes.get(path) ?? metadataRoute(http, resource, path)),
    log,
  );
  metrics.show({
    sessions: () => sessions.count,
    streams: () => streams.now,
    inFlight: () => inFlight.now,
    reachable: () => registry.reachable,
  });

  return {
    async handle(request, response) {
      if (stopping) response.setHeader("connection", "close");
      await app(request, response);
    },
    async stop() {
      stopping = true;
      await endpoint.closeStreams();
      const deadline = new AbortController();
      const late = pause(1_000 * http.shutdownTimeout, undefined, { signal: deadline.signal });
      await Promise.race([inFlight.whenIdle(), late.catch(() => undefined)]);
      deadline.abort();
      if (inFlight.now > 0) log.error("stopped", { unfinished: inFlight.now });
      direct.close();
      await endpoint.close();
      authenticator.close();
    },
  };
}

/** Where clients learn who issues the tokens; undefined for every other path. */
function metadataRoute({ auth }: HttpConfig, resource: string, path: string): Route | undefined {
  const document = auth.mode === "oauth" ? metadataAt(auth, resource, path) : undefined;
  return document && documentRoute(document);
}
