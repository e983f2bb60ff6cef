import { Server } from "@modelcontextprotocol/server";
import * as z from "zod";
import { toProtocolError, toResourceError, toToolError } from "./error-answers.ts";
import { instructions } from "./instructions.ts";
import { completeArgument } from "./prompts/complete-argument.ts";
import { getPrompt } from "./prompts/get-prompt.ts";
import { listPrompts } from "./prompts/list-prompts.ts";
import { RegistryError } from "./registry/errors.ts";
import type { PromptRegistry } from "./registry/prompt-registry.ts";
import { jsonValue } from "./registry/types.ts";
import { listResources, readResource, resourceTemplates } from "./resources/catalogue.ts";
import { completeVariable } from "./resources/complete-variable.ts";
import type { Session } from "./session.ts";
import { tools } from "./tools/catalogue.ts";
import { toolDefinition } from "./tools/definitions.ts";
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
    arguments: z.record(z.string(), jsonValue).optional(),
  }),
};
const located = { params: z.looseObject({ uri: z.string() }) };

/**
 * Makes MCP servers, one for a connection or a request. What does not depend on the session is
 * made once, here, when it is first needed.
 */
export function createServerFactory(): (session: Session) => Server {
  const definitions = new Map<string, ReturnType<typeof toolDefinition>>();
  return (session) => {
    const server = new Server(
      { name: "mlflow-prompts-mcp", title: "MLflow Prompt Registry", version },
      { capabilities: { prompts: {}, tools: {}, resources: {}, completions: {} }, instructions },
    );
    servePrompts(server, session);
    serveTools(server, session, definitions);
    serveResources(server, session);
    serveCompletion(server, session);
    return server;
  };
}

function servePrompts(server: Server, session: Session): void {
  const { registry } = session;
  server.setRequestHandler("prompts/list", paged, ({ cursor }, { mcpReq: { signal } }) =>
    orProtocolError(registry, listPrompts(session, cursor, { signal })),
  );
  server.setRequestHandler("prompts/get", named, (params, { mcpReq: { signal } }) =>
    orProtocolError(registry, getPrompt(session, params.name, params.arguments ?? {}, { signal })),
  );
}

function serveTools(
  server: Server,
  session: Session,
  definitions: Map<string, ReturnType<typeof toolDefinition>>,
): void {
  const offered = tools.filter(({ effect }) => effect === "reads" || !session.readOnly);
  server.setRequestHandler("tools/list", () => ({
    tools: offered.map((tool) => {
      const definition = definitions.get(tool.name) ?? toolDefinition(tool);
      definitions.set(tool.name, definition);
      return definition;
    }),
  }));
  server.setRequestHandler("tools/call", named, async (params, { mcpReq: { signal } }) => {
    try {
      const tool = offered.find(({ name }) => name === params.name);
      if (!tool) throw unknownTool(params.name);
      const { text, structured } = await tool.call(session, params.arguments, { signal });
      return { content: [{ type: "text", text }], structuredContent: { ...structured } };
    } catch (error) {
      return toToolError(error, session.registry);
    }
  });
}

function unknownTool(name: string): RegistryError {
  const reason = tools.some((tool) => tool.name === name)
    ? "This server is read-only and leaves out every tool that writes."
    : "tools/list shows the tools there are.";
  return new RegistryError("invalid", `There is no tool ${JSON.stringify(name)}. ${reason}`);
}

function serveResources(server: Server, session: Session): void {
  const { registry } = session;
  server.setRequestHandler("resources/list", paged, ({ cursor }, { mcpReq: { signal } }) =>
    orProtocolError(registry, listResources(session, cursor, { signal })),
  );
  server.setRequestHandler("resources/templates/list", () => ({
    resourceTemplates: [...resourceTemplates],
  }));
  server.setRequestHandler("resources/read", located, ({ uri }, { mcpReq: { signal } }) =>
    readResource(session, uri, { signal }).catch(async (error) => {
      throw await toResourceError(error, registry, uri);
    }),
  );
}

function serveCompletion(server: Server, session: Session): void {
  server.setRequestHandler("completion/complete", async ({ params }, { mcpReq: { signal } }) => {
    const { ref, argument, context } = params;
    const matches =
      ref.type === "ref/prompt"
        ? completeArgument(session, ref.name, argument, { signal })
        : completeVariable(session, argument, context?.arguments ?? {}, { signal });
    const { values, ...rest } = await orProtocolError(session.registry, matches);
    return { completion: { values: [...values], ...rest } };
  });
}

/** The answer, or the protocol error that its failure is. */
async function orProtocolError<Answer>(
  registry: PromptRegistry,
  answer: Promise<Answer>,
): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    throw await toProtocolError(error, registry);
  }
}
