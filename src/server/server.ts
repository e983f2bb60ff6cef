import type { Server, ServerContext } from "@modelcontextprotocol/server";
import { version } from "../config/version.ts";
import { completeArgument } from "../prompts/complete-argument.ts";
import { getPrompt } from "../prompts/get-prompt.ts";
import { listPrompts } from "../prompts/list-prompts.ts";
import type { PromptMemo } from "../prompts/memo.ts";
import type { CallOptions, PromptRegistry } from "../registry/prompt-registry.ts";
import { parseResourceUri } from "../registry/references.ts";
import { listResources, readResource, resourceTemplates } from "../resources/catalogue.ts";
import { completeVariable } from "../resources/complete-variable.ts";
import { ElicitationRequest } from "../session/elicitation.ts";
import type { Session } from "../session/session.ts";
import type { toolDefinition } from "../tools/definitions.ts";
import type { CacheHints } from "./cache-hints.ts";
import { inputRequiredFor } from "./elicitation.ts";
import { modernRevision } from "./fast-path.ts";
import { FastServer } from "./fast-server.ts";
import { orProtocolError, orResourceError } from "./handler-errors.ts";
import { instructionsFor } from "./instructions.ts";
import { notifyOfChanges } from "./notifications.ts";
import { completing, located, named, paged } from "./parameters.ts";
import { RequestCall } from "./request-call.ts";
import { serveTools } from "./tools.ts";
import type { WatchedResources } from "./watched-resources.ts";

/** Whether a server serves its client's whole connection, or one request of it. */
export interface Connection {
  readonly era: "legacy" | "modern";
  readonly lasting: boolean;
  /** The resources that the client subscribes to, where only the transport knows them. */
  readonly listened?: () => WatchedResources;
}

/** What does not depend on the session. */
export interface ServerParts {
  readonly memo: PromptMemo;
  /** How long clients may cache results. */
  readonly cacheHints: CacheHints;
}

const info = { name: "mlflow-prompts-mcp", title: "MLflow Prompt Registry", version };

/**
 * Creates MCP servers, one for a connection or a request. Parts that do not depend on the session
 * are created once, when they are first needed.
 */
export function createServerFactory({
  memo,
  cacheHints,
}: ServerParts): (session: Session, connection: Connection) => FastServer {
  const definitions = new Map<string, ReturnType<typeof toolDefinition>>();
  return (session, { era, lasting, listened }) => {
    const changes = session.changes ? { listChanged: true } : {};
    const server = new FastServer(info, {
      capabilities: {
        prompts: changes,
        tools: {},
        resources: { ...changes, ...(session.changes ? { subscribe: true } : {}) },
        completions: {},
      },
      instructions: instructionsFor(session),
      cacheHints,
    });
    servePrompts(server, () => session, memo);
    serveTools(server, session, definitions);
    serveResources(server, session);
    serveCompletion(server, session);
    if (lasting && session.changes) {
      notifyOfChanges(server, session.changes, {
        listened: era === "modern" ? listened : undefined,
        reservation: era === "legacy" ? session.reserveSubscriptions?.() : undefined,
        check: (uri, context) => {
          const checking = checkWatchable(session.registry, uri, new RequestCall(server, context));
          return orResourceError(session, uri, context, checking);
        },
      });
    }
    return server;
  };
}

/** Creates the server of the HTTP fast path. It serves all sessions, one request at a time each. */
export function createFastServer({ memo, cacheHints }: ServerParts): FastServer {
  const options = { capabilities: { prompts: {} }, cacheHints };
  const server = new FastServer(info, options, modernRevision);
  servePrompts(server, (context) => server.sessionOf(context), memo);
  return server;
}

function servePrompts(
  server: Server,
  sessionOf: (context: ServerContext) => Session,
  memo: PromptMemo,
): void {
  server.setRequestHandler("prompts/list", paged, async ({ cursor }, context) => {
    const session = sessionOf(context);
    const call = new RequestCall(server, context);
    const listing = listPrompts(session, cursor, call, memo);
    return call.marked(await orProtocolError(session, context, listing));
  });
  server.setRequestHandler("prompts/get", named, async (params, context) => {
    const session = sessionOf(context);
    const call = new RequestCall(server, context);
    const getting = getPrompt(session, params.name, params.arguments ?? {}, call, memo);
    const answer = await orProtocolError(session, context, getting);
    return answer instanceof ElicitationRequest ? inputRequiredFor(answer) : call.marked(answer);
  });
}

function serveResources(server: Server, session: Session): void {
  server.setRequestHandler("resources/list", paged, async ({ cursor }, context) => {
    const call = new RequestCall(server, context);
    const listing = listResources(session, cursor, call);
    return call.marked(await orProtocolError(session, context, listing));
  });
  server.setRequestHandler("resources/templates/list", paged, () => ({
    resourceTemplates: [...resourceTemplates],
  }));
  server.setRequestHandler("resources/read", located, async ({ uri }, context) => {
    const call = new RequestCall(server, context);
    const reading = readResource(session, uri, call);
    return call.marked(await orResourceError(session, uri, context, reading));
  });
}

/** Rejects for an invalid or not normalized URI, and for a resource that the caller may not read. */
async function checkWatchable(
  registry: PromptRegistry,
  uri: string,
  options: CallOptions,
): Promise<void> {
  await registry.getPrompt(parseResourceUri(uri).name, options);
}

function serveCompletion(server: Server, session: Session): void {
  server.setRequestHandler("completion/complete", completing, async (params, context) => {
    const { ref, argument, context: filledIn } = params;
    const call = new RequestCall(server, context);
    const matches =
      ref.type === "ref/prompt"
        ? completeArgument(session, ref.name, argument, call)
        : completeVariable(session, argument, filledIn?.arguments ?? {}, call);
    const { values, ...rest } = await orProtocolError(session, context, matches);
    return { completion: { values: [...values], ...rest } };
  });
}
