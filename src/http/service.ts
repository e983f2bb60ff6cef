import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { OpenRegistry } from "../backend/open-registry.ts";
import { SharedModels } from "../backend/shared-models.ts";
import { clientTtlMs, SharedRegistry } from "../backend/shared-registry.ts";
import type { HttpServerConfig } from "../config/http-config.ts";
import { webhookPath } from "../config/webhooks-config.ts";
import { openAudit } from "../log/audit.ts";
import type { Log } from "../log/log.ts";
import { PromptMemo } from "../prompts/memo.ts";
import { cacheHints } from "../server/cache-hints.ts";
import { createFastServer, createServerFactory } from "../server/server.ts";
import type { Policy } from "../session/policy.ts";
import { TemplateWorkers } from "../template-workers/template-workers.ts";
import type { AnsweredHosts } from "./answered-hosts.ts";
import { createApp } from "./app.ts";
import { AccessCache } from "./auth/access-cache.ts";
import { createAuthentication } from "./auth/authentication.ts";
import { metadataRoute } from "./auth/oauth/metadata-route.ts";
import { createClientAddressReader } from "./client-address.ts";
import { createGuards } from "./guards.ts";
import { BodyReader } from "./limits/body.ts";
import { callerShareOf } from "./limits/caller-share.ts";
import { createLimits } from "./limits/limits.ts";
import { createRateLimit } from "./limits/rate-limit.ts";
import { ResponseWriter } from "./limits/response-writer.ts";
import { McpEndpoint } from "./mcp/endpoint.ts";
import { HttpFastPath } from "./mcp/fast-path.ts";
import { createMcpRoute } from "./mcp/route.ts";
import { Sessions } from "./mcp/sessions.ts";
import { createReadiness, warnings } from "./operations/health.ts";
import type { Metrics } from "./operations/metrics.ts";
import { operationsRoutes } from "./operations/operations.ts";
import { RefusalAudit } from "./refusal-audit.ts";
import { connectToReplicas } from "./replicas/connect-to-replicas.ts";
import { createPageConfig } from "./ui/page-config.ts";
import type { StartToken } from "./ui/start-token.ts";
import { createPageRoute, isPagePath } from "./ui/ui-route.ts";
import { createWebhookRoute } from "./webhooks/webhooks.ts";

export interface HttpService {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** As `handle`, for the operations port. */
  handleOperations(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /**
   * Ends all streams, waits for calls in flight until the deadline, and closes everything. To be
   * called when the listener accepts no more connections.
   */
  stop(): Promise<void>;
}

/** Size of the stored events for resumed streams, over all sessions. */
const maxEventBytes = 32 * 1024 * 1024;

/** Creates the service and connects its parts. `origin` is the address of the listener. */
export function createHttpService(
  config: HttpServerConfig,
  policy: Policy,
  registry: OpenRegistry,
  {
    origin,
    hosts,
    startToken,
  }: {
    readonly origin: string;
    readonly hosts: AnsweredHosts;
    readonly startToken: StartToken | undefined;
  },
  metrics: Metrics,
  log: Log,
): HttpService {
  const { http } = config;
  const onerror = (error: Error) => log.error("mcp", { error: error.message });
  const cacheTtl = Math.min(config.cache.ttl, http.credentialCheck);
  const cache = { ...config.cache, ttl: cacheTtl };
  const workers = new TemplateWorkers();
  const shared = new SharedRegistry(registry, {
    cache,
    // With `none` all callers share the cached responses.
    ...(http.auth.mode === "none" ? {} : { callerBytes: callerShareOf(http, cache.size) }),
    pollInterval: config.pollInterval,
    linkTraces: config.linkTraces,
    log,
    observe: (outcome) => metrics.lookup("registry", outcome),
  });
  const { models: modelsConfig } = config;
  const callerCalls = modelsConfig && callerShareOf(http, modelsConfig.maxCalls);
  const models = new SharedModels(config, registry, log, callerCalls, (exchange) =>
    metrics.model(exchange),
  );
  const replicas = connectToReplicas(config, shared, metrics, log);
  if (replicas) shared.setReplicas(replicas);
  const serverParts = {
    memo: new PromptMemo(),
    cacheHints: cacheHints(clientTtlMs(cache), policy.readOnly),
    observe: metrics.observe,
  };
  const createServer = createServerFactory(serverParts);
  const limits = createLimits(http, metrics);
  const { inFlight, streams, bodies } = limits;
  const sessions = new Sessions({
    createServer,
    onerror,
    maxSessions: http.maxSessions,
    idleMs: 1_000 * http.sessionIdle,
    maxEventBytes,
    callerSessions: callerShareOf(http, http.maxSessions),
    callerEventBytes: callerShareOf(http, maxEventBytes),
    onEnd: (seconds) => metrics.session(seconds),
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
  const fastPath = new HttpFastPath({
    server: createFastServer(serverParts),
    ...(challenge === undefined ? {} : { challenge }),
  });
  const audit = openAudit(config.auditLog, log);
  const refusals = new RefusalAudit(audit);
  const clientAddressOf = createClientAddressReader(http.trustProxy);
  const guards = createGuards(http, hosts, startToken);
  let stopping = false;
  const mcp = createMcpRoute({
    config,
    policy,
    registry,
    shared,
    models,
    workers,
    clientAddressOf,
    guards,
    authenticator,
    rateLimit: createRateLimit(http.rateLimit),
    checkScope: (scope, identity, pathWorkspace) => {
      if (identity.scopes?.has(scope) !== false) return;
      throw authenticator.insufficientScope?.(scope, pathWorkspace);
    },
    accessCache: new AccessCache({
      registry,
      ttlMs: 1_000 * http.credentialCheck,
      observe: (outcome) => metrics.lookup("admission", outcome),
      ...(http.auth.mode === "forward"
        ? { userName: async (identity) => registry.userName?.(identity, identity.claimedName) }
        : {}),
      ...(challenge === undefined ? {} : { challenge }),
    }),
    inFlight,
    streams,
    bodies: new BodyReader(http.maxBody, bodies),
    subscriptions: limits.subscriptions,
    responses: new ResponseWriter(limits.unread, 1_000 * http.requestTimeout),
    fastPath,
    endpoint,
    metrics,
    audit,
    refusals,
  });
  const routes = operationsRoutes({
    readiness: createReadiness(registry),
    warnings: () => warnings(config.registry, replicas?.problem !== undefined),
    metrics,
    isStopping: () => stopping,
    checkHost: (request) => guards.checkHostOrAddress(clientAddressOf(request).host),
  });
  const operations = createApp((path) => routes.get(path), log);
  const hasOwnPort = (path: string) => http.operationsPort !== undefined && path !== "/healthz";
  const webhooks =
    http.webhookSecret &&
    createWebhookRoute({
      secret: http.webhookSecret,
      publish: (workspace, change) => shared.publish(workspace, change),
      onDelivery: (workspace, change) => shared.noteDelivery(workspace, change),
      checkHost: (request) => guards.checkHost(clientAddressOf(request).host),
      addressOf: (request) => clientAddressOf(request).address,
      count: (outcome) => metrics.delivery(outcome),
      onRefused: (refusal, request) =>
        refusals.record(refusal, {
          address: clientAddressOf(request).address,
          call: { method: `POST ${webhookPath}` },
        }),
      bodies: new BodyReader(http.maxBody, limits.webhookBodies),
      concurrency: limits.webhooks,
      log,
    });
  const page = createPageRoute(http, createPageConfig(http, resource, startToken), (request) =>
    guards.checkHost(clientAddressOf(request).host),
  );
  const app = createApp((path) => {
    if (page && isPagePath(path)) return page;
    if (/^\/mcp(\/[^/]+)?$/.test(path)) return mcp;
    if (webhooks && path === webhookPath) return webhooks;
    const route = hasOwnPort(path) ? undefined : routes.get(path);
    return route ?? metadataRoute(http, resource, path);
  }, log);
  metrics.addGauges({
    sessions: () => sessions.count,
    streams: () => streams.used,
    inFlight: () => inFlight.used,
    bodies: () => bodies.used,
    unread: () => limits.unread.used,
    reachable: () => registry.reachable,
    cached: () => shared.bytes,
    ...(replicas ? { replicasConnected: () => replicas.problem === undefined } : {}),
  });

  return {
    async handle(request, response) {
      if (stopping) response.setHeader("connection", "close");
      await app(request, response);
    },
    handleOperations: operations,
    async stop() {
      stopping = true;
      shared.close();
      await endpoint.closeStreams();
      const deadline = new AbortController();
      const late = pause(1_000 * http.shutdownTimeout, undefined, { signal: deadline.signal });
      await Promise.race([inFlight.whenIdle(), late.catch(() => undefined)]);
      deadline.abort();
      if (inFlight.used > 0) log.error("stopped", { unfinished: inFlight.used });
      fastPath.close();
      await endpoint.close();
      await workers.close();
      models.close();
      authenticator.close();
      replicas?.close();
      refusals.close();
      audit.close();
    },
  };
}
