import { isSpanContextValid, type SpanContext } from "@opentelemetry/api";
import { parseTraceParent, TraceState } from "@opentelemetry/core";

/** What W3C Trace Context allows (3.3.1.5). */
const maxStateLength = 512;

/** The span that a client names (MCP SEP-414; W3C Trace Context); undefined for none, or an invalid one. */
export function remoteContext({
  traceparent,
  tracestate,
}: {
  readonly traceparent?: unknown;
  readonly tracestate?: unknown;
}): SpanContext | undefined {
  if (typeof traceparent !== "string" || traceparent.length > 100) return undefined;
  const context = parseTraceParent(traceparent);
  if (context === null || !isSpanContextValid(context)) return undefined;
  const hasState = typeof tracestate === "string" && tracestate.length <= maxStateLength;
  return {
    ...context,
    isRemote: true,
    ...(hasState ? { traceState: new TraceState(tracestate) } : {}),
  };
}
