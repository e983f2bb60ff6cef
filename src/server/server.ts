import type { Server, ServerCapabilities, ServerContext } from "@modelcontextprotocol/server";
import { version } from "../config/version.ts";
import { completeArgument } from "../prompts/complete-argument.ts";
import { getPrompt } from "../prompts/get-prompt.ts";
import { listPrompts } from "../prompts/list-prompts.ts";
import type { PromptMemo } from "../prompts/memo.ts";
import type { CallOptions } from "../registry/prompt-registry.ts";
import { parseResourceUri } from "../registry/references.ts";
import { isSkillUri } from "../registry/skill-uris.ts";
import { listResources, readResource, resourceTemplates } from "../resources/catalogue.ts";
import { completeVariable } from "../resources/complete-variable.ts";
import { ElicitationRequest } from "../session/elicitation.ts";
import type { Session } from "../session/session.ts";
import { viewTextsUri, viewUri } from "../session/view-uri.ts";
import type { toolDefinition } from "../tools/definitions.ts";
import type { Tool } from "../tools/tool.ts";
import type { CacheHints } from "./cache-hints.ts";
import { viewCapabilities } from "./client.ts";
import { inputRequiredFor } from "./elicitation.ts";
import { modernRevision } from "./fast-path.ts";
import { FastServer } from "./fast-server.ts";
import { orProtocolError, orResourceError } from "./handler-errors.ts";
import { instructionsFor } from "./instructions.ts";
import { notifyOfChanges } from "./notifications.ts";
import type { Observe } from "./observe-operation.ts";
import { completing, located, named, paged } from "./parameters.ts";
import { RequestCall } from "./request-call.ts";
import { SkillHandlers, skillCapabilities } from "./skills.ts";
import { serveTools } from "./tools.ts";
import { promptOfResource, type WatchedResources } from "./watched-resources.ts";

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
  /** Gets every request that a handler serves. */
  readonly observe?: Observe | undefined;
}

const info = { name: "mlflow-prompts-mcp", title: "MLflow Prompt Registry", version };

/**
 * Creates MCP servers, one for a connection or a request. Parts that do not depend on the session
 * are created once, when they are first needed.
 */
export function createServerFactory({
  memo,
  cacheHints,
  observe,
}: ServerParts): (session: Session, connection: Connection) => FastServer {
  const definitions = new Map<Tool, ReturnType<typeof toolDefinition>>();
  const skills = new SkillHandlers(memo, cacheHints);
  return (session, { era, lasting, listened }) => {
    const options = {
      capabilities: capabilitiesOf(session),
      instructions: instructionsFor(session),
      cacheHints,
    };
    const server = new FastServer(info, options, { observe });
    servePrompts(server, () => session, memo);
    serveTools(server, session, definitions);
    serveResources(server, session, skills);
    if (session.skills !== "off") skills.serve(server, session, era);
    serveCompletion(server, session);
    if (lasting && session.changes) {
      notifyOfChanges(server, session.changes, {
        policy: session,
        listened: era === "modern" ? listened : undefined,
        reservation: era === "legacy" ? session.reserveSubscriptions?.() : undefined,
        check: (uri, context) => {
          const checking = checkWatchable(session, uri, new RequestCall(server, context));
          return orResourceError(session, uri, context, checking);
        },
      });
    }
    return server;
  };
}

function capabilitiesOf({ changes, skills, view }: Session): ServerCapabilities {
  const notifies = changes ? { listChanged: true } : {};
  const extensions = {
    ...(skills === "off" ? {} : skillCapabilities),
    ...(view ? viewCapabilities : {}),
  };
  return {
    prompts: notifies,
    tools: {},
    resources: { ...notifies, ...(changes ? { subscribe: true } : {}) },
    completions: {},
    ...(Object.keys(extensions).length === 0 ? {} : { extensions }),
  };
}

/** Creates the server of the HTTP fast path. It serves all sessions, one request at a time each. */
export function createFastServer({ memo, cacheHints, observe }: ServerParts): FastServer {
  const options = { capabilities: { prompts: {} }, cacheHints };
  const server = new FastServer(info, options, { revision: modernRevision, observe });
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

function serveResources(server: Server, session: Session, skills: SkillHandlers): void {
  server.setRequestHandler("resources/list", paged, async ({ cursor }, context) => {
    const call = new RequestCall(server, context);
    const listing = listResources(session, cursor, call);
    return call.marked(await orProtocolError(session, context, listing));
  });
  server.setRequestHandler("resources/templates/list", paged, () => ({
    resourceTemplates: [...resourceTemplates],
  }));
  server.setRequestHandler("resources/read", located, async ({ uri }, context) => {
    if (session.view && (uri === viewUri || uri.startsWith(viewTextsUri))) {
      const { readView } = await import("./view-resource.ts");
      const shown = await readView(uri);
      if (shown !== undefined) return shown;
    }
    const call = new RequestCall(server, context);
    const reading = readsSkill(session, uri)
      ? skills.read(session, uri, call)
      : readResource(session, uri, call);
    return call.marked(await orResourceError(session, uri, context, reading));
  });
}

function readsSkill({ skills }: Session, uri: string): boolean {
  return skills !== "off" && isSkillUri(uri);
}

/** Rejects for an invalid or not normalized URI, and for a resource that the caller may not read. */
async function checkWatchable(session: Session, uri: string, options: CallOptions): Promise<void> {
  const name = readsSkill(session, uri) ? promptOfResource(uri) : parseResourceUri(uri).name;
  await session.registry.getPrompt(name, options);
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
