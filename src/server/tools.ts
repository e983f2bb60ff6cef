import type { CallToolResult, Server } from "@modelcontextprotocol/server";
import { quote, RegistryError } from "../registry/errors.ts";
import { withPlainNumbers } from "../registry/json.ts";
import { ElicitationRequest } from "../session/elicitation.ts";
import type { Session } from "../session/session.ts";
import type { toolDefinition } from "../tools/definitions.ts";
import { lenientArguments } from "../tools/input/lenient-arguments.ts";
import { isListed, isOffered, writes } from "../tools/offered.ts";
import type { Tool } from "../tools/tool.ts";
import { clientOf } from "./client.ts";
import { inputRequiredFor } from "./elicitation.ts";
import { toProtocolError, toToolError } from "./error-answers.ts";
import { exactText } from "./exact-text.ts";
import { reportFailure } from "./handler-errors.ts";
import { named, paged } from "./parameters.ts";
import { permittedBy, refusedWrite } from "./refused-writes.ts";
import { RequestCall } from "./request-call.ts";

/** Registers the handlers of `tools/list` and `tools/call`. */
export function serveTools(
  server: Server,
  session: Session,
  definitions: Map<Tool, ReturnType<typeof toolDefinition>>,
): void {
  server.setRequestHandler("tools/list", paged, async (_, context) => {
    const { toolDefinition } = await import("../tools/definitions.ts");
    const { showsViews } = clientOf(server, context);
    const offered = (await loadTools(session)).filter(
      (tool) => isOffered(tool, session) && isListed(tool, showsViews, session),
    );
    return {
      tools: offered.map((tool) => {
        const definition = definitions.get(tool) ?? toolDefinition(tool);
        definitions.set(tool, definition);
        return definition;
      }),
    };
  });
  server.setRequestHandler("tools/call", named, async (params, context) => {
    const tool = (await loadTools(session)).find(({ name }) => name === params.name);
    const offered = tool && isOffered(tool, session) ? tool : undefined;
    const write = writeOf(tool, params.arguments);
    const call = new RequestCall(server, context, write);
    try {
      if (!offered) throw notOffered(params.name, tool, session);
      const answer = await offered.call(session, params.arguments, call);
      if (answer instanceof ElicitationRequest) return inputRequiredFor(answer);
      const structuredContent = withPlainNumbers({ ...answer.structured });
      const text = [`${answer.text}`, call.oldAnswerText].filter(Boolean).join("\n");
      const content = [{ type: "text" as const, text }];
      // For the view, whose people save what it shows. Models do not see `_meta`.
      const exact = exactText(answer.structured);
      const meta = exact === undefined ? {} : { _meta: { exact } };
      return call.marked<CallToolResult>({ content, structuredContent, ...meta });
    } catch (error) {
      reportFailure(session, context, error);
      auditRefusal(session, write, call, error);
      // An unknown tool is an error of the host, not one for the model (MCP 2025-11-25, Tools, Error Handling).
      if (!offered) throw await toProtocolError(error, session.registry);
      return toToolError(error, session.registry);
    }
  });
}

/** What a call writes: its arguments as the tool reads them. Undefined for a tool that only reads. */
function writeOf(tool: Tool | undefined, given: unknown) {
  if (tool === undefined || !writes(tool.effect)) return undefined;
  const args = lenientArguments(tool.input, given ?? {});
  return { tool, args, permitted: permittedBy(args) };
}

/** Records a refused write, unless it reached the registry, which records it. */
function auditRefusal(
  { audit }: Session,
  write: ReturnType<typeof writeOf>,
  { wrote, caller }: RequestCall,
  error: unknown,
): void {
  if (write === undefined || wrote) return;
  const event = refusedWrite(write.tool, write.args, caller, error);
  if (event) audit?.(event);
}

/** Imported late: the schemas take a third of the time that stdio needs to start, and a client's first list needs none. */
async function loadTools(session: Session): Promise<readonly Tool[]> {
  const { toolsOf } = await import("../tools/catalogue.ts");
  return toolsOf(session);
}

function notOffered(name: string, tool: Tool | undefined, session: Session): RegistryError {
  const reason = tool ? reasonNotOffered(tool, session) : "tools/list shows the tools there are.";
  return new RegistryError("invalid", `There is no tool ${quote(name)}. ${reason}`);
}

function reasonNotOffered(tool: Tool, { readOnly, granted, models, view }: Session): string {
  if (readOnly && writes(tool.effect)) {
    return "This server is read-only and leaves out every tool that writes.";
  }
  if (tool.view !== undefined && !view) {
    return "It belongs to the view, which the operator of this server turned off (--no-ui).";
  }
  if (tool.model === "needed" && models === undefined) {
    return "It needs a model: the operator of this server sets --models or --model-url.";
  }
  if (granted?.has(tool.effect) === false) {
    return "The scopes of your access token do not allow it.";
  }
  return "The operator of this server leaves it out.";
}
