import { setTimeout as pause } from "node:timers/promises";
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from "@opentelemetry/resources";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { TelemetryConfig } from "../config/config.ts";
import { version } from "../config/version.ts";
import type { Log } from "../log/log.ts";
import { observeWith } from "../server/observe-operation.ts";
import { metricExporter, traceExporter } from "./exporters.ts";
import { Measures } from "./measures.ts";
import { modelSpan, upstreamSpan } from "./operation-attributes.ts";
import { protocolOf, type TelemetryVariables } from "./signals.ts";
import { OperationSpans } from "./spans.ts";
import type { NetworkTransport, Telemetry } from "./telemetry.ts";

const scope = "mlflow-prompts-mcp";

/** How long the last export may take when the program ends. */
const closeMs = 3_000;

/** Sends nothing before the first operation. */
export function openTelemetry(
  { variables, clientTrace }: TelemetryConfig,
  transport: NetworkTransport,
  log: Log,
): Telemetry {
  const traces = protocolOf("traces", variables, log);
  const metrics = protocolOf("metrics", variables, log);
  const resource = describedResource();
  const tracing =
    traces &&
    new BasicTracerProvider({
      resource,
      spanProcessors: [new BatchSpanProcessor(traceExporter(traces, log))],
    });
  const metering =
    metrics &&
    new MeterProvider({
      resource,
      readers: [
        new PeriodicExportingMetricReader({
          exporter: metricExporter(metrics, log),
          ...exportInterval(variables),
        }),
      ],
    });
  const spans =
    tracing &&
    new OperationSpans({
      tracer: tracing.getTracer(scope, version),
      transport,
      clientTrace,
      content: variables.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT === "true",
    });
  const measures = metering && new Measures(metering.getMeter(scope, version), transport);
  let isClosed = false;
  return {
    observe: observeWith({
      begin(operation) {
        const observed = spans?.begin(operation);
        return {
          run: (handle) => (observed ? observed.run(handle) : handle()),
          end(outcome) {
            observed?.end(outcome);
            measures?.operation(operation, outcome);
          },
        };
      },
    }),
    request: (headers, run) => (spans ? spans.request(headers, run) : run()),
    upstream(exchange) {
      spans?.add(upstreamSpan(exchange));
      measures?.upstream(exchange);
    },
    model(exchange) {
      spans?.add(modelSpan(exchange));
      measures?.model(exchange);
    },
    session: (seconds) => measures?.session(seconds),
    async close() {
      const closing = isClosed ? [] : [tracing?.shutdown(), metering?.shutdown()];
      isClosed = true;
      // A failure has been logged by the exporter.
      const closed = Promise.allSettled(closing);
      await Promise.race([closed, pause(closeMs, undefined, { ref: false })]);
    },
  };
}

/** OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES go before the program's own name. */
function describedResource(): Resource {
  const own = resourceFromAttributes({ "service.name": scope, "service.version": version });
  return defaultResource()
    .merge(own)
    .merge(detectResources({ detectors: [envDetector] }));
}

/** The SDK's reader does not read the variable itself. */
function exportInterval({ OTEL_METRIC_EXPORT_INTERVAL: text }: TelemetryVariables) {
  const exportIntervalMillis = Number(text);
  // The reader's time limit for an export may not exceed its interval.
  const exportTimeoutMillis = Math.min(exportIntervalMillis, 30_000);
  const isUsable = Number.isFinite(exportIntervalMillis) && exportIntervalMillis > 0;
  return isUsable ? { exportIntervalMillis, exportTimeoutMillis } : {};
}
