import type { IncomingMessage, ServerResponse } from "node:http";
import type { OpenRegistry } from "../../backend/open-registry.ts";
import type { SharedModels } from "../../backend/shared-models.ts";
import type { SharedRegistry } from "../../backend/shared-registry.ts";
import type { Config } from "../../config/config.ts";
import type { HttpConfig } from "../../config/http-config.ts";
import { type Audit, writeEvent } from "../../log/audit.ts";
import { quote, RegistryError } from "../../registry/errors.ts";
import type { PromptRegistry } from "../../registry/prompt-registry.ts";
import type { Policy } from "../../session/policy.ts";
import type { Session } from "../../session/session.ts";
import type { TemplateWorkers } from "../../template-workers/template-workers.ts";
import type { Route } from "../app.ts";
import type { AccessCache } from "../auth/access-cache.ts";
import { authorize, requestedAccess, untilAccessEnds } from "../auth/authorize.ts";
import type { Authenticator, Identity, RequestedAccess, Scope } from "../auth/identity.ts";
import { effectsOf, scopesOf } from "../auth/scopes.ts";
import { requestedWorkspace } from "../auth/workspace.ts";
import type { ClientAddress } from "../client-address.ts";
import type { Guards } from "../guards.ts";
import type { Body, BodyReader } from "../limits/body.ts";
import type { RateLimit } from "../limits/rate-limit.ts";
import type { ResponseWriter } from "../limits/response-writer.ts";
import type { SharedLimit } from "../limits/shared-limit.ts";
import type { Metrics } from "../operations/metrics.ts";
import { HttpRefusal } from "../refusal.ts";
import { actorOf, type RefusalAudit } from "../refusal-audit.ts";
import { sendResponse, toWebRequest } from "../web.ts";
import { callsIn, type McpCall } from "./calls.ts";
import type { McpEndpoint } from "./endpoint.ts";
import { fastRequestOf, type HttpFastPath } from "./fast-path.ts";
import { listenMethod, promptsListened } from "./listen.ts";

/** The parts that a request to the MCP endpoint passes through. */
export interface McpRouteParts {
  readonly config: Config & { readonly http: HttpConfig };
  readonly policy: Policy;
  readonly registry: OpenRegistry;
  readonly shared: SharedRegistry;
  readonly models: SharedModels;
  /** Shared fairly between callers, in all workspaces and with all their tokens. */
  readonly workers: TemplateWorkers;
  readonly clientAddressOf: (request: IncomingMessage) => ClientAddress;
  readonly guards: Guards;
  readonly authenticator: Authenticator;
  readonly rateLimit: RateLimit;
  readonly accessCache: AccessCache;
  /** @throws HttpRefusal 403 when the caller's token lacks the scope */
  readonly checkScope: (
    scope: Scope,
    identity: Identity,
    pathWorkspace: string | undefined,
  ) => void;
  /** Limits of this interface count by caller. */
  readonly inFlight: SharedLimit;
  readonly streams: SharedLimit;
  readonly bodies: BodyReader;
  readonly responses: ResponseWriter;
  /** Resources that clients are subscribed to. */
  readonly subscriptions: SharedLimit;
  readonly fastPath: HttpFastPath;
  readonly endpoint: McpEndpoint;
  readonly metrics: Metrics;
  readonly audit: Audit;
  readonly refusals: RefusalAudit;
}

/** Answers `/mcp` and `/mcp/{workspace}`. */
export function createMcpRoute(parts: McpRouteParts): Route {
  return async (request, response, url) => {
    const started = performance.now();
    const seconds = () => (performance.now() - started) / 1_000;
    const served: Served = { call: undefined, identity: undefined, outcome: "ok" };
    try {
      const answer = () => serve(parts, request, response, url, served);
      await (parts.metrics.telemetry?.request(request.headers, answer) ?? answer());
    } catch (error) {
      served.outcome = error instanceof HttpRefusal ? String(error.status) : "fault";
      if (error instanceof HttpRefusal) {
        const { address } = parts.clientAddressOf(request);
        parts.refusals.record(error, { ...served, address, request: requestIdOf(request) });
      }
      throw error;
    } finally {
      parts.metrics.request(served.call, served.outcome, seconds());
    }
  };
}

/** The state of a request, for metrics and the audit log. */
interface Served {
  call: McpCall | undefined;
  identity: Identity | undefined;
  outcome: string;
}

async function serve(
  parts: McpRouteParts,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  served: Served,
): Promise<void> {
  const { endpoint } = parts;
  const client = parts.clientAddressOf(request);
  parts.guards.checkHost(client.host);
  if (parts.guards.handleOrigin(request, response, client.host)) return;
  const method = methodOf(request);
  const requested = requestedAccess(request, client, url, parts.config.http.workspaces);
  const { identity, unverified } = await authorize(parts, requested, (caller) => {
    served.identity = caller;
  });
  const body = method === "POST" ? await parts.bodies.json(request, identity.caller) : undefined;
  try {
    const calls = callsIn(body?.content);
    served.call = calls[0];
    const isListen = served.call?.method === listenMethod;
    const prompts = isListen ? promptsListened(body?.content).size : 0;
    if (calls.length + prompts > 1) {
      await parts.rateLimit.count(identity.caller, calls.length - 1 + prompts);
    }
    const scopes = method === "GET" ? endpoint.scopesOfStream(request) : scopesOf(calls);
    for (const scope of scopes) parts.checkScope(scope, identity, requested.pathWorkspace);
    // A call that needs no scope shows nothing of the registry.
    if (unverified && scopes.size > 0) throw unverified;
    await respond(parts, { request, response, url, body, identity, requested }, served);
  } finally {
    body?.release();
  }
}

/** A request whose caller is authorized. */
interface AuthorizedRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly body: Body<unknown> | undefined;
  readonly requested: RequestedAccess;
  readonly identity: Identity;
}

async function respond(
  parts: McpRouteParts,
  { request, response, url, body: received, requested, identity }: AuthorizedRequest,
  served: Served,
): Promise<void> {
  const { responses, endpoint, streams, inFlight } = parts;
  const isStream = request.method === "GET" || served.call?.method === listenMethod;
  const reservation = (isStream ? streams : inFlight).take(identity.caller);
  const body = received?.content;
  if (isStream) received?.release();
  try {
    const session = sessionOf(parts, identity, requested);
    const fast = fastRequestOf(request, body);
    if (fast) {
      served.outcome = await parts.fastPath.respond(fast, session, response);
      await responses.finish(response, identity.caller);
      return;
    }
    const web = toWebRequest(request, url, disconnectSignal(response));
    const answer = await endpoint.handle(web, body, identity, session);
    const sent = isStream ? untilAccessEnds(parts, answer, requested, identity) : answer;
    await sendResponse(response, sent, responses, identity.caller);
    const failure = endpoint.failureOf(web);
    served.outcome = failure?.kind ?? (answer.ok ? "ok" : String(answer.status));
  } finally {
    reservation.release();
  }
}

function sessionOf(parts: McpRouteParts, identity: Identity, requested: RequestedAccess): Session {
  const { policy, models, workers, audit, subscriptions } = parts;
  const { workspace, scopes } = identity;
  const actor = actorOf(identity);
  const allowed = allowedWorkspaces(parts.config.http.workspaces, identity);
  return {
    ...policy,
    ...(scopes === undefined ? {} : { granted: effectsOf(scopes) }),
    ...registryOf(parts, identity),
    ...models.session(identity, identity.caller),
    openWorkspace: (name) => openWorkspace(parts, requested, name),
    ...(allowed === undefined ? {} : { allowedWorkspaces: allowed }),
    templates: workers.engineFor(identity.caller),
    audit: (event) => audit.record(actor, event),
    who: identity.name ?? identity.subject,
    reserveSubscriptions: () => subscriptions.take(identity.caller, 0),
    ...(workspace === undefined ? {} : { workspace }),
  };
}

function registryOf({ shared, audit }: McpRouteParts, identity: Identity) {
  const actor = actorOf(identity);
  return shared.session(identity, identity.key, (write) => audit.record(actor, writeEvent(write)));
}

/** The workspaces that both the operator and the caller's token allow; undefined for no limit. */
function allowedWorkspaces(
  configured: readonly string[],
  { listedWorkspaces: listed }: Identity,
): readonly string[] | undefined {
  if (configured.length === 0) return listed;
  return listed === undefined ? configured : configured.filter((name) => listed.includes(name));
}

/**
 * Opens another workspace for the caller of a request, with the checks of a request to it.
 * @throws RegistryError `forbidden` when the caller may not use it
 */
async function openWorkspace(
  parts: McpRouteParts,
  { pathWorkspace: _, ...requested }: RequestedAccess,
  name: string,
): Promise<PromptRegistry> {
  try {
    const workspace = requestedWorkspace(name, undefined, parts.config.http.workspaces);
    const access = { ...requested, ...(workspace === undefined ? {} : { workspace }) };
    const { identity, unverified } = await authorize(parts, access, () => {});
    if (unverified) throw unverified;
    return registryOf(parts, identity).registry;
  } catch (error) {
    if (!(error instanceof HttpRefusal)) throw error;
    const message = `The workspace ${quote(name)} cannot be used: ${error.message}`;
    throw new RegistryError("forbidden", message, { workspace: name }, { cause: error });
  }
}

/** `createApp` sets it on each request. */
function requestIdOf({ headers }: IncomingMessage): string | undefined {
  const id = headers["x-request-id"];
  return typeof id === "string" ? id : undefined;
}

function methodOf({ method }: IncomingMessage): "GET" | "POST" | "DELETE" {
  if (method === "GET" || method === "POST" || method === "DELETE") return method;
  throw new HttpRefusal(405, `The MCP endpoint does not support ${method}.`, {
    allow: "GET, POST, DELETE",
  });
}

/** Aborted when the client disconnects before the response is complete. */
function disconnectSignal(response: ServerResponse): AbortSignal {
  const disconnected = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) disconnected.abort();
  });
  return disconnected.signal;
}
