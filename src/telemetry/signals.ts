import type { Log } from "../log/log.ts";

/** The variables of OpenTelemetry's that decide whether and how something is exported. */
export type TelemetryVariables = Readonly<Record<string, string | undefined>>;

export type Signal = "traces" | "metrics";

/** OpenTelemetry's protocol over HTTP, with protobuf or JSON. */
export type Protocol = "http/protobuf" | "http/json";

/**
 * How a signal is exported; undefined when it is not. A value that this program cannot serve turns the
 * signal off and is said in the log: hosts hand variables to servers that were meant for others.
 */
export function protocolOf(
  signal: Signal,
  variables: TelemetryVariables,
  log: Log,
): Protocol | undefined {
  const prefix = `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}`;
  const exporters = `OTEL_${signal.toUpperCase()}_EXPORTER`;
  const hasEndpoint = variables.OTEL_EXPORTER_OTLP_ENDPOINT || variables[`${prefix}_ENDPOINT`];
  const exporter = variables[exporters]?.trim() || (hasEndpoint ? "otlp" : "none");
  if (exporter === "none") return undefined;
  const off = (variable: string, value: string, supported: string) => {
    const warning = `${variable} is "${value}", so no ${signal} are exported. Supported: ${supported}.`;
    log.error("telemetry", { warning });
    return undefined;
  };
  if (exporter !== "otlp") return off(exporters, exporter, "otlp, none");
  const own = `${prefix}_PROTOCOL`;
  const variable = variables[own] ? own : "OTEL_EXPORTER_OTLP_PROTOCOL";
  const protocol = variables[variable]?.trim() || "http/protobuf";
  if (protocol === "http/protobuf" || protocol === "http/json") return protocol;
  return off(variable, protocol, "http/protobuf, http/json");
}
