import { Server, type ServerContext } from "@modelcontextprotocol/server";
import * as z from "zod";
import { type Client, clientOf } from "./client.ts";
import { DirectServer } from "./direct-server.ts";
import { toProtocolError, toResourceError, toToolError } from "./error-answers.ts";
import { instructions } from "./instructions.ts";
import { checkReadable, notifyOfChanges } from "./notifications.ts";
import { asking, personOf } from "./person.ts";
import { completeArgument } from "./prompts/complete-argument.ts";
import { getPrompt } from "./prompts/get-prompt.ts";
import { listPrompts } from "./prompts/list-prompts.ts";
import { PromptMemo } from "./prompts/memo.ts";
import { RegistryError } from "./registry/errors.ts";
import { isShallow } from "./registry/limits.ts";
import type { Caller } from "./registry/prompt-registry.ts";
import { jsonValue } from "./registry/types.ts";
import { listResources, readResource, resourceTemplates } from "./resources/catalogue.ts";
import { completeVariable } from "./resources/complete-variable.ts";
import { type Call, type Person, Question, type Session } from "./session.ts";
import { tools } from "./tools/catalogue.ts";
import { toolDefinition } from "./tools/definitions.ts";
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
}

const info = { name: "mlflow-prompts-mcp", title: "MLflow Prompt Registry", version };

/**
 * Makes MCP servers, one for a connection or a request. What does not depend on the session is
 * made once, here, when it is first needed.
 */
export function createServerFactory(
  memo = new PromptMemo(),
): (session: Session, connection: Connection) => Server {
  const definitions = new Map<string, ReturnType<typeof toolDefinition>>();
  return (session, { era, lasting }) => {
    const changes = session.changes ? { listChanged: true } : {};
    const server = new Server(info, {
      capabilities: {
        prompts: changes,
        tools: {},
        resources: { ...changes, ...(session.changes ? { subscribe: true } : {}) },
        completions: {},
      },
      instructions,
    });
    servePrompts(server, () => session, memo);
    serveTools(server, session, definitions);
    serveResources(server, session);
    serveCompletion(server, session);
    if (lasting && session.changes) {
      notifyOfChanges(server, session.changes, era, (uri, context) => {
        const checking = checkReadable(session.registry, uri, callOf(server, context));
        return orResourceError(session, uri, context, checking);
      });
    }
    return server;
  };
}

/** Makes the server that answers requests for prompts one by one, whoever sends them. */
export function createDirectServer(memo: PromptMemo): DirectServer {
  const server = new DirectServer(info, { capabilities: { prompts: {} } });
  servePrompts(server, (context) => server.sessionOf(context), memo);
  return server;
}

function servePrompts(
  server: Server,
  sessionOf: (context: ServerContext) => Session,
  memo: PromptMemo,
): void {
  server.setRequestHandler("prompts/list", paged, ({ cursor }, context) => {
    const session = sessionOf(context);
    const listing = listPrompts(session, cursor, callOf(server, context), memo);
    return orProtocolError(session, context, listing);
  });
  server.setRequestHandler("prompts/get", named, async (params, context) => {
    const session = sessionOf(context);
    const getting = getPrompt(
      session,
      params.name,
      params.arguments ?? {},
      callOf(server, context),
      memo,
    );
    const answer = await orProtocolError(session, context, getting);
    return answer instanceof Question ? asking(answer) : answer;
  });
}

function serveTools(
  server: Server,
  session: Session,
  definitions: Map<string, ReturnType<typeof toolDefinition>>,
): void {
  server.setRequestHandler("tools/list", () => ({
    tools: offeredTools(session).map((tool) => {
      const definition = definitions.get(tool.name) ?? toolDefinition(tool);
      definitions.set(tool.name, definition);
      return definition;
    }),
  }));
  server.setRequestHandler("tools/call", named, async (params, context) => {
    try {
      const tool = offeredTools(session).find(({ name }) => name === params.name);
      if (!tool) throw unknownTool(params.name, session);
      const answer = await tool.call(session, params.arguments, callOf(server, context));
      if (answer instanceof Question) return asking(answer);
      const { text, structured } = answer;
      return { content: [{ type: "text", text }], structuredContent: { ...structured } };
    } catch (error) {
      report(session, context, error);
      return toToolError(error, session.registry);
    }
  });
}

function offeredTools({ readOnly, tools: named }: Session): readonly Tool[] {
  return tools.filter(
    ({ name, effect }) =>
      (effect === "reads" || !readOnly) && (named.length === 0 || named.includes(name)),
  );
}

function unknownTool(name: string, { readOnly }: Session): RegistryError {
  const tool = tools.find((one) => one.name === name);
  const reason = !tool
    ? "tools/list shows the tools there are."
    : readOnly && tool.effect !== "reads"
      ? "This server is read-only and leaves out every tool that writes."
      : "The operator of this server leaves it out.";
  return new RegistryError("invalid", `There is no tool ${JSON.stringify(name)}. ${reason}`);
}

function serveResources(server: Server, session: Session): void {
  server.setRequestHandler("resources/list", paged, ({ cursor }, context) =>
    orProtocolError(session, context, listResources(session, cursor, callOf(server, context))),
  );
  server.setRequestHandler("resources/templates/list", () => ({
    resourceTemplates: [...resourceTemplates],
  }));
  server.setRequestHandler("resources/read", located, ({ uri }, context) => {
    const reading = readResource(session, uri, callOf(server, context));
    return orResourceError(session, uri, context, reading);
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

/** A request, as what answers it sees it. */
function callOf(server: Server, context: ServerContext): Call {
  return new RequestCall(server, context);
}

/** Many answers do not depend on who is at the other end: it is looked at when it is asked for. */
class RequestCall implements Call {
  readonly signal: AbortSignal;
  readonly #server: Server;
  readonly #context: ServerContext;
  #client: Client | undefined;

  constructor(server: Server, context: ServerContext) {
    this.signal = context.mcpReq.signal;
    this.#server = server;
    this.#context = context;
  }

  get person(): Person {
    return personOf(this.#knownClient(), this.#context);
  }

  get caller(): Caller {
    const { mcpReq, http } = this.#context;
    const { info } = this.#knownClient();
    const requestId = http?.req?.headers.get("x-request-id") ?? String(mcpReq.id);
    return { requestId, ...(info ? { client: info } : {}) };
  }

  #knownClient(): Client {
    this.#client ??= clientOf(this.#server, this.#context);
    return this.#client;
  }
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
