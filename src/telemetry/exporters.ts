import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import { OTLPMetricExporter as JsonMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import { OTLPTraceExporter as JsonTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import type { PushMetricExporter } from "@opentelemetry/sdk-metrics";
import type { SpanExporter } from "@opentelemetry/sdk-trace-base";
import type { Log } from "../log/log.ts";
import type { Protocol, Signal } from "./signals.ts";

/** They read their endpoint, headers, certificates and time limits from OpenTelemetry's variables. */
export function traceExporter(protocol: Protocol, log: Log): SpanExporter {
  const exporter = protocol === "http/json" ? new JsonTraceExporter() : new OTLPTraceExporter();
  return reported(exporter, "traces", log);
}

export function metricExporter(protocol: Protocol, log: Log): PushMetricExporter {
  const exporter = protocol === "http/json" ? new JsonMetricExporter() : new OTLPMetricExporter();
  return reported(exporter, "metrics", log);
}

interface Exporter<Items> {
  export(items: Items, done: (result: ExportResult) => void): void;
}

/** Logs the first failure, and when it is over: a collector that is gone fails every few seconds. */
function reported<Items, T extends Exporter<Items>>(exporter: T, signal: Signal, log: Log): T {
  const send = exporter.export.bind(exporter);
  let failing = false;
  exporter.export = (items, done) =>
    send(items, (result) => {
      const failed = result.code !== ExportResultCode.SUCCESS;
      if (failed && !failing) log.error("telemetry", { signal, error: reasonOf(result.error) });
      if (!failed && failing) log.info("telemetry", { signal, exported: "again" });
      failing = failed;
      done(result);
    });
  return exporter;
}

/** Without the response's body: it may repeat what was sent. */
function reasonOf(error: Error | undefined): string {
  const code = error && "code" in error ? `${error.code}` : undefined;
  return [error?.message || "The collector did not take the data.", code].filter(Boolean).join(" ");
}
