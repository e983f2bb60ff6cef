import {
  type CallToolResult,
  type Result,
  Server,
  type ServerContext,
  type ServerOptions,
} from "@modelcontextprotocol/server";
import * as z from "zod";
import { clientOf } from "./client.ts";
import { toProtocolError, toResourceError, toToolError } from "./error-answers.ts";
import { instructions } from "./instructions.ts";
import { checkReadable, notifyOfChanges } from "./notifications.ts";
import { asking, personOf } from "./person.ts";
import { completeArgument } from "./prompts/complete-argument.ts";
import { getPrompt } from "./prompts/get-prompt.ts";
import { listPrompts } from "./prompts/list-prompts.ts";
import { RegistryError } from "./registry/errors.ts";
import { isShallow } from "./registry/limits.ts";
import { jsonValue } from "./registry/types.ts";
import { listResources, readResource, resourceTemplates } from "./resources/catalogue.ts";
import { completeVariable } from "./resources/complete-variable.ts";
import { type Call, Question, type Session } from "./session.ts";
import type { toolDefinition } from "./tools/definitions.ts";
import type { Tool } from "./tools/tool.ts";
import { version } from "./version.ts";

/**
 * Parameters as far as they are read here. With the SDK's own schemas a value of another type would
 * be answered with -32603 and the schema's complaint as JSON; with these it is -32602 in words, and
 * a prompt's arguments come through to be named one by one.
 */
const paged = { params: z.looseObject({ cursor: z.string().optional() }) };
const named = {
  params: z.looseObject({
    name: z.string(),
    arguments: z
      .unknown()
      .refine(isShallow, "the arguments are nested too deep")
      .pipe(z.record(z.string(), jsonValue))
      .optional(),
  }),
};
const located = { params: z.looseObject({ uri: z.string() }) };

/** Whether a server lives as long as its client's connection, or for one request of it. */
export interface Connection {
  readonly era: "legacy" | "modern";
  readonly lasting: boolean;
  /** The resources that are listened to, where the client says so to the transport alone. */
  readonly listened?: () => readonly string[];
}

/**
 * Makes MCP servers, one for a connection or a request. What does not depend on the session is
 * made once, here, when it is first needed.
 * @param answersLastMs for how long clients that cannot write may take answers for true
 */
export function createServerFactory(
  answersLastMs: number,
): (session: Session, connection: Connection) => Server {
  const definitions = new Map<string, ReturnType<typeof toolDefinition>>();
  const cacheHints = { reader: hints(answersLastMs), writer: hints(0) };
  return (session, { era, lasting, listened }) => {
    const changes = session.changes ? { listChanged: true } : {};
    const server = new Server(
      { name: "mlflow-prompts-mcp", title: "MLflow Prompt Registry", version },
      {
        capabilities: {
          prompts: changes,
          tools: {},
          resources: { ...changes, ...(session.changes ? { subscribe: true } : {}) },
          completions: {},
        },
        instructions,
        cacheHints: session.readOnly ? cacheHints.reader : cacheHints.writer,
      },
    );
    servePrompts(server, session);
    serveTools(server, session, definitions);
    serveResources(server, session);
    serveCompletion(server, session);
    if (lasting && session.changes) {
      const watched = era === "modern" ? listened : undefined;
      notifyOfChanges(server, session.changes, watched, (uri, context) => {
        const checking = checkReadable(session.registry, uri, callOf(server, context));
        return orResourceError(session, uri, context, checking);
      });
    }
    return server;
  };
}

/** What does not change while the server runs. */
const constant = { ttlMs: 300_000, cacheScope: "public" } as const;

/**
 * How long clients may remember answers (MCP 2026-07-28, Caching). Who can write remembers nothing
 * that a write changes: a client's own memory would hide from it what it has just written.
 */
function hints(ttlMs: number): ServerOptions["cacheHints"] {
  const changing = { ttlMs, cacheScope: "private" } as const;
  return {
    "server/discover": constant,
    "tools/list": constant,
    "resources/templates/list": constant,
    "prompts/list": changing,
    "resources/list": changing,
    "resources/read": changing,
  };
}

function servePrompts(server: Server, session: Session): void {
  server.setRequestHandler("prompts/list", paged, async ({ cursor }, context) => {
    const call = callOf(server, context);
    return marked(
      await orProtocolError(session, context, listPrompts(session, cursor, call)),
      call,
    );
  });
  server.setRequestHandler("prompts/get", named, async (params, context) => {
    const call = callOf(server, context);
    const getting = getPrompt(session, params.name, params.arguments ?? {}, call);
    const answer = await orProtocolError(session, context, getting);
    return answer instanceof Question ? asking(answer) : marked(answer, call);
  });
}

function serveTools(
  server: Server,
  session: Session,
  definitions: Map<string, ReturnType<typeof toolDefinition>>,
): void {
  server.setRequestHandler("tools/list", async () => {
    const { toolDefinition } = await import("./tools/definitions.ts");
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
    try {
      const tool = (await loadTools()).find(({ name }) => name === params.name);
      if (!tool || !isOffered(tool, session)) throw notOffered(params.name, tool, session);
      const call = callOf(server, context, { fresh: tool.effect !== "reads" });
      const answer = await tool.call(session, params.arguments, call);
      if (answer instanceof Question) return asking(answer);
      const { structured } = answer;
      const text = [answer.text, oldAnswerText(call)].filter(Boolean).join("\n");
      const content = [{ type: "text" as const, text }];
      return marked<CallToolResult>({ content, structuredContent: { ...structured } }, call);
    } catch (error) {
      report(session, context, error);
      return toToolError(error, session.registry);
    }
  });
}

/** Their schemas take a third of what a stdio start takes, and a client's first list needs none. */
async function loadTools(): Promise<readonly Tool[]> {
  const { tools } = await import("./tools/catalogue.ts");
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
  return new RegistryError("invalid", `There is no tool ${JSON.stringify(name)}. ${reason}`);
}

function serveResources(server: Server, session: Session): void {
  server.setRequestHandler("resources/list", paged, async ({ cursor }, context) => {
    const call = callOf(server, context);
    const listing = listResources(session, cursor, call);
    return marked(await orProtocolError(session, context, listing), call);
  });
  server.setRequestHandler("resources/templates/list", () => ({
    resourceTemplates: [...resourceTemplates],
  }));
  server.setRequestHandler("resources/read", located, async ({ uri }, context) => {
    const call = callOf(server, context);
    const reading = readResource(session, uri, call);
    return marked(await orResourceError(session, uri, context, reading), call);
  });
}

function serveCompletion(server: Server, session: Session): void {
  server.setRequestHandler("completion/complete", async ({ params }, context) => {
    const { ref, argument, context: filledIn } = params;
    const call = callOf(server, context);
    const matches =
      ref.type === "ref/prompt"
        ? completeArgument(session, ref.name, argument, call)
        : completeVariable(session, argument, filledIn?.arguments ?? {}, call);
    const { values, ...rest } = await orProtocolError(session, context, matches);
    return { completion: { values: [...values], ...rest } };
  });
}

/** A call that knows how old the answers were that it was given while the registry was away. */
interface AnsweredCall extends Call {
  readonly old: { ms?: number };
}

/** What a client is to know of an answer that is not the registry's of now. */
function marked<Answer extends Result>(result: Answer, { old: { ms } }: AnsweredCall): Answer {
  if (ms === undefined) return result;
  return { ...result, _meta: { ...result._meta, age_seconds: Math.round(ms / 1_000) } };
}

function oldAnswerText({ old: { ms } }: AnsweredCall): string | undefined {
  if (ms === undefined) return undefined;
  return `MLflow does not answer at the moment: this is what it said ${Math.round(ms / 1_000)} seconds ago.`;
}

/**
 * A request, as what answers it sees it. What writes looks at the registry itself first: it decides
 * by what it sees.
 */
function callOf(
  server: Server,
  context: ServerContext,
  { fresh }: { readonly fresh: boolean } = { fresh: false },
): AnsweredCall {
  const old: AnsweredCall["old"] = {};
  const { mcpReq, http } = context;
  const client = clientOf(server, context);
  const requestId = http?.req?.headers.get("x-request-id") ?? String(mcpReq.id);
  return {
    signal: mcpReq.signal,
    fresh,
    old,
    onOldAnswer: (ms) => {
      old.ms = Math.max(old.ms ?? 0, ms);
    },
    person: personOf(client, context),
    caller: {
      requestId,
      ...(client.info ? { client: client.info } : {}),
    },
  };
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
