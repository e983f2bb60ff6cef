import { connect } from "node:net";
import type { TelemetryConfig } from "../../config/config.ts";
import { listFirst } from "../../registry/errors.ts";
import { type Check, ok, warning } from "../finding.ts";

const endpoints = [
  "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
  "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
  "OTEL_EXPORTER_OTLP_ENDPOINT",
];

/** OpenTelemetry's default (OTLP Exporter Specification). */
const defaultEndpoint = "http://localhost:4318";

/** Whether a connection to each endpoint that gets traces and metrics can be made. Sends nothing. */
export function telemetryCheck(telemetry: TelemetryConfig | undefined): Check {
  return {
    name: "telemetry",
    async run(signal) {
      if (telemetry === undefined) return ok("OpenTelemetry is off.");
      const given = endpoints.flatMap((name) => telemetry.variables[name] || []);
      const wanted = [...new Set(given.length === 0 ? [defaultEndpoint] : given)];
      const failures = await Promise.all(wanted.map((url) => failureOf(url, signal)));
      const failed = failures.filter((failure) => failure !== undefined);
      if (failed.length === 0)
        return ok(`${listFirst(wanted.map(shown), ", ", 5)} can be reached.`);
      return warning(
        `Traces or metrics are lost: ${failed.join("; ")}.`,
        "Start the collector, or correct OTEL_EXPORTER_OTLP_ENDPOINT.",
      );
    },
  };
}

async function failureOf(text: string, signal: AbortSignal): Promise<string | undefined> {
  if (!URL.canParse(text)) return "an endpoint is no address";
  const { hostname, port, protocol } = new URL(text);
  const host = hostname.replace(/^\[|\]$/g, "");
  const reason = await connectionFailure(
    host,
    Number(port) || (protocol === "https:" ? 443 : 80),
    signal,
  );
  return reason === undefined ? undefined : `${shown(text)} cannot be reached (${reason})`;
}

/** Undefined when a connection was made. It is closed at once. */
function connectionFailure(host: string, port: number, signal: AbortSignal) {
  return new Promise<string | undefined>((resolve) => {
    const socket = connect({ host, port });
    const end = (reason?: string) => {
      socket.destroy();
      signal.removeEventListener("abort", abort);
      resolve(reason);
    };
    const abort = () => end("no connection in time");
    signal.addEventListener("abort", abort);
    socket.once("connect", () => end());
    socket.once("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}

/** Path and query may hold a key. */
function shown(text: string): string {
  return URL.canParse(text) ? new URL(text).origin : "an endpoint";
}
