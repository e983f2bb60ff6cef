import { SUPPORTED_PROTOCOL_VERSIONS } from "@modelcontextprotocol/server";
import { Histogram, type Registry } from "prom-client";
import { modernRevision } from "../../server/fast-path.ts";
import {
  durationBuckets,
  type ObservedOperation,
  type Operation,
  type OperationObserver,
} from "../../session/operation.ts";
import { tools } from "../../tools/catalogue.ts";

/** MCP methods that are counted by name. Any other text is counted as `other`. */
const methods = new Set([
  "initialize",
  "ping",
  "server/discover",
  "prompts/list",
  "prompts/get",
  "tools/list",
  "tools/call",
  "resources/list",
  "resources/templates/list",
  "resources/read",
  "resources/subscribe",
  "resources/unsubscribe",
  "resources/directory/read",
  "skills/list",
  "skills/get",
  "completion/complete",
  "subscriptions/listen",
  "notifications/initialized",
  "notifications/cancelled",
]);

const revisions: ReadonlySet<string> = new Set([modernRevision, ...SUPPORTED_PROTOCOL_VERSIONS]);

export function methodLabel(method: string): string {
  return methods.has(method) ? method : "other";
}

/** "" for a name that no tool has. */
export function toolLabel(name: string | undefined): string {
  return tools.find((tool) => tool.name === name)?.name ?? "";
}

const transport = { network_transport: "tcp" };

/**
 * MCP operations under the names of OpenTelemetry's conventions
 * (open-telemetry/semantic-conventions-genai, docs/gen-ai/mcp.md). Without prompt names, of which there
 * are as many as the registry has.
 */
export class OperationMetrics implements OperationObserver {
  readonly #seconds: Histogram<
    | "mcp_method_name"
    | "gen_ai_tool_name"
    | "error_type"
    | "network_transport"
    | "mcp_protocol_version"
  >;
  readonly #sessionSeconds: Histogram<"network_transport">;

  constructor(registry: Registry) {
    const registers = [registry];
    const buckets = [...durationBuckets];
    this.#seconds = new Histogram({
      name: "mcp_server_operation_duration_seconds",
      help: "Time that the handler of an MCP request takes",
      labelNames: [
        "mcp_method_name",
        "gen_ai_tool_name",
        "error_type",
        "network_transport",
        "mcp_protocol_version",
      ],
      buckets,
      registers,
    });
    this.#sessionSeconds = new Histogram({
      name: "mcp_server_session_duration_seconds",
      help: "Time from the begin to the end of a session of a 2025-era client",
      labelNames: ["network_transport"],
      buckets,
      registers,
    });
  }

  begin({ method, tool, protocolVersion = "" }: Operation): ObservedOperation {
    return {
      run: (handle) => handle(),
      end: ({ errorType, seconds }) =>
        this.#seconds.observe(
          {
            ...transport,
            mcp_method_name: methodLabel(method),
            gen_ai_tool_name: toolLabel(tool),
            error_type: errorType ?? "",
            mcp_protocol_version: revisions.has(protocolVersion) ? protocolVersion : "",
          },
          seconds,
        ),
    };
  }

  session(seconds: number): void {
    this.#sessionSeconds.observe(transport, seconds);
  }
}
