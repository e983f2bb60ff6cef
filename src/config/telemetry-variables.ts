import type { Environment } from "./settings.ts";

/** The variables of which one turns telemetry on (OpenTelemetry, Environment Variable Specification). */
const starting = [
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
  "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
  "OTEL_TRACES_EXPORTER",
  "OTEL_METRICS_EXPORTER",
];

/** OpenTelemetry's variables; undefined when none of them asks for an export. */
export function telemetryVariables(environment: Environment): Environment | undefined {
  const isDisabled = environment.OTEL_SDK_DISABLED?.trim().toLowerCase() === "true";
  if (isDisabled || !starting.some((name) => environment[name])) return undefined;
  const own = Object.entries(environment).filter(([name]) => name.startsWith("OTEL_"));
  return Object.fromEntries(own);
}
