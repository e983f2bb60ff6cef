import type { CallToolResult, Server, ServerContext } from "@modelcontextprotocol/server";
import { version } from "../config/version.ts";
import { completeArgument } from "../prompts/complete-argument.ts";
import { getPrompt } from "../prompts/get-prompt.ts";
import { listPrompts } from "../prompts/list-prompts.ts";
import type { PromptMemo } from "../prompts/memo.ts";
import { quote, RegistryError } from "../registry/errors.ts";
import type { CallOptions, PromptRegistry } from "../registry/prompt-registry.ts";
import { parseResourceUri } from "../registry/references.ts";
import { listResources, readResource, resourceTemplates } from "../resources/catalogue.ts";
import { completeVariable } from "../resources/complete-variable.ts";
import { ElicitationRequest } from "../session/elicitation.ts";
import type { Session } from "../session/session.ts";
import type { toolDefinition } from "../tools/definitions.ts";
import type { Tool } from "../tools/tool.ts";
import type { CacheHints } from "./cache-hints.ts";
import { inputRequiredFor } from "./elicitation.ts";
import { toProtocolError, toResourceError, toToolError } from "./error-answers.ts";
import { modernRevision } from "./fast-path.ts";
import { FastServer } from "./fast-server.ts";
import { instructions } from "./instructions.ts";
import { notifyOfChanges } from "./notifications.ts";
import { completing, located, named, paged } from "./parameters.ts";
import { allowsBreaking, refusedWrite } from "./refused-writes.ts";
import { RequestCall } from "./request-call.ts";
import type { WatchedResources } from "./watched-resources.ts";

/** Whether a server lives as long as its client's connection, or for one request of it. */
export interface Connection {
  readonly era: "legacy" | "modern";
  readonly lasting: boolean;
  /** The resources that are listened to, where the client says so to the transport alone. */
  readonly listened?: () => WatchedResources;
}

/** What does not depend on the session. */
export interface ServerParts {
  readonly memo: PromptMemo;
  /** How long clients may remember what they are told. */
  readonly cacheHints: CacheHints;
}

const info = { name: "mlflow-prompts-mcp", title: "MLflow Prompt Registry", version };

/**
 * Makes MCP servers, one for a connection or a request. What does not depend on the session is
 * made once, here, when it is first needed.
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
      instructions,
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

function serveTools(
  server: Server,
  session: Session,
  definitions: Map<string, ReturnType<typeof toolDefinition>>,
): void {
  server.setRequestHandler("tools/list", paged, async () => {
    const { toolDefinition } = await import("../tools/definitions.ts");
    const offered = (await loadTools()).filter((tool) => isOffered(tool, session));
    return {
      tools: offered.map((tool) => {
        const definition = definitions.get(tool.name) ?? toolDefinition(tool);
        definitions.set(tool.name, definition);
        return definition;
      }),
    };
  });
  server.setRequestHandler("tools/call", named, async (params, context) => {
    const tool = (await loadTools()).find(({ name }) => name === params.name);
    const offered = tool && isOffered(tool, session) ? tool : undefined;
    const call = new RequestCall(server, context, writingOf(tool, params.arguments));
    try {
      if (!offered) throw notOffered(params.name, tool, session);
      const answer = await offered.call(session, params.arguments, call);
      if (answer instanceof ElicitationRequest) return inputRequiredFor(answer);
      const { structured } = answer;
      const text = [`${answer.text}`, call.oldAnswerText].filter(Boolean).join("\n");
      const content = [{ type: "text" as const, text }];
      return call.marked<CallToolResult>({ content, structuredContent: { ...structured } });
    } catch (error) {
      report(session, context, error);
      auditRefusal(session, tool, params.arguments, call, error);
      // An unknown tool is the host's error and none for the model (MCP 2025-11-25, Tools, Error Handling).
      if (!offered) throw await toProtocolError(error, session.registry);
      return toToolError(error, session.registry);
    }
  });
}

/** What is known of a write before it is made; undefined for what only reads. */
function writingOf(tool: Tool | undefined, args: unknown) {
  if (tool === undefined || tool.effect === "reads") return undefined;
  return { allowBreaking: allowsBreaking(args) };
}

/** Those that reached the registry are recorded there. */
function auditRefusal(
  { audit }: Session,
  tool: Tool | undefined,
  args: unknown,
  { wrote, caller }: RequestCall,
  error: unknown,
): void {
  if (tool === undefined || wrote) return;
  const event = refusedWrite(tool, args, caller, error);
  if (event) audit?.(event);
}

/** Their schemas take a third of what a stdio start takes, and a client's first list needs none. */
async function loadTools(): Promise<readonly Tool[]> {
  const { tools } = await import("../tools/catalogue.ts");
  return tools;
}

function isOffered({ name, effect }: Tool, { readOnly, tools: named }: Session): boolean {
  return (effect === "reads" || !readOnly) && (named.length === 0 || named.includes(name));
}

function notOffered(name: string, tool: Tool | undefined, { readOnly }: Session): RegistryError {
  const reason = !tool
    ? "tools/list shows the tools there are."
    : readOnly && tool.effect !== "reads"
      ? "This server is read-only and leaves out every tool that writes."
      : "The operator of this server leaves it out.";
  return new RegistryError("invalid", `There is no tool ${quote(name)}. ${reason}`);
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

/** Rejects for a URI that is none, or not the one spelling, and for what may not be read. */
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

/** The answer, or the protocol error that its failure is. */
async function orProtocolError<Answer>(
  session: Session,
  context: ServerContext,
  answer: Promise<Answer>,
  toError: typeof toProtocolError = toProtocolError,
): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    report(session, context, error);
    throw await toError(error, session.registry);
  }
}

/** As `orProtocolError`, for what is asked of one resource. */
function orResourceError<Answer>(
  session: Session,
  uri: string,
  context: ServerContext,
  answer: Promise<Answer>,
): Promise<Answer> {
  return orProtocolError(session, context, answer, (error, registry) =>
    toResourceError(error, registry, uri),
  );
}

function report(session: Session, context: ServerContext, error: unknown): void {
  if (error instanceof RegistryError) session.failed?.(error, context.http?.req);
}
