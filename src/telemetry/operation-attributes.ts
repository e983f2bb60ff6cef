import type { Attributes } from "@opentelemetry/api";
import type { UpstreamExchange } from "../mlflow/client.ts";
import type { ModelExchange } from "../models/model-client.ts";
import type { Operation } from "../session/operation.ts";
import type { ClientSpan } from "./client-span.ts";
import type { NetworkTransport } from "./telemetry.ts";

/** Clients choose names. */
const maxNameLength = 256;

/** `prompts/get triage`, `tools/call load_prompt`, else the method. */
export function spanName({ method, tool, prompt }: Operation): string {
  const name = tool ?? prompt;
  return name === undefined ? cut(method) : `${method} ${cut(name)}`;
}

/** OpenTelemetry's conventions for MCP (open-telemetry/semantic-conventions-genai, docs/gen-ai/mcp.md). */
export function operationAttributes(operation: Operation, transport: NetworkTransport): Attributes {
  const { method, tool, prompt, requestId, protocolVersion, sessionId } = operation;
  return {
    "mcp.method.name": cut(method),
    "jsonrpc.request.id": cut(String(requestId)),
    "network.transport": transport,
    ...(transport === "tcp" ? { "network.protocol.name": "http" } : {}),
    ...(tool === undefined
      ? {}
      : { "gen_ai.tool.name": cut(tool), "gen_ai.operation.name": "execute_tool" }),
    ...(prompt === undefined ? {} : { "gen_ai.prompt.name": cut(prompt) }),
    ...(protocolVersion === undefined ? {} : { "mcp.protocol.version": cut(protocolVersion) }),
    ...(sessionId === undefined ? {} : { "mcp.session.id": sessionId }),
  };
}

/** OpenTelemetry's conventions for HTTP clients: each attempt is a span. */
export function upstreamSpan(exchange: UpstreamExchange): ClientSpan {
  const { endpoint, outcome, status, seconds, attempt } = exchange;
  const [method = "", template = ""] = endpoint.split(" ");
  const failed = outcome !== "2xx" && outcome !== "3xx";
  return {
    name: `${method} ${template}`,
    seconds,
    attributes: {
      "http.request.method": method,
      "url.template": template,
      ...(status === undefined ? {} : { "http.response.status_code": status }),
      ...(attempt === 0 ? {} : { "http.request.resend_count": attempt }),
    },
    ...(failed ? { errorType: status === undefined ? outcome : String(status) } : {}),
  };
}

/** OpenTelemetry's conventions for generative AI. The name of the API stands for its provider. */
export function modelSpan({ model, outcome, seconds, usage }: ModelExchange): ClientSpan {
  return {
    name: `chat ${cut(model)}`,
    seconds,
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": cut(model),
      ...(usage === undefined
        ? {}
        : {
            "gen_ai.usage.input_tokens": usage.inputTokens,
            "gen_ai.usage.output_tokens": usage.outputTokens,
          }),
    },
    ...(outcome === "ok" ? {} : { errorType: outcome }),
  };
}

function cut(text: string): string {
  return text.length > maxNameLength ? `${text.slice(0, maxNameLength - 1)}…` : text;
}
