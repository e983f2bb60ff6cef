import { protobuf } from "./protobuf.ts";

/** One span of a trace. Times are milliseconds since 1970. */
export interface Span {
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** Absent: the root. */
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** JSON texts, as MLflow's own spans have them. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Why the span failed; absent when it did not. */
  readonly error?: string;
}

const { text, bytes, message, enumeration, fixed64 } = protobuf;

const statusOk = 1;
const statusError = 2;

/**
 * The spans of one trace as an OTLP request (opentelemetry-proto, `trace/v1/trace.proto`). MLflow takes
 * the JSON form only since 3.12.
 * @param traceId 32 hexadecimal digits
 */
export function encodeSpans(traceId: string, spans: readonly Span[]): Buffer {
  const scope = spans.map((span) => message(2, spanFields(traceId, span)));
  return message(1, [message(2, scope)]);
}

function spanFields(traceId: string, span: Span): readonly Buffer[] {
  const { spanId, parentSpanId, name, startedAt, endedAt, attributes, error } = span;
  return [
    bytes(1, Buffer.from(traceId, "hex")),
    bytes(2, Buffer.from(spanId, "hex")),
    ...(parentSpanId === undefined ? [] : [bytes(4, Buffer.from(parentSpanId, "hex"))]),
    text(5, name),
    fixed64(7, nanoseconds(startedAt)),
    fixed64(8, nanoseconds(endedAt)),
    ...Object.entries(attributes).map(([key, value]) =>
      message(9, [text(1, key), message(2, [text(1, value)])]),
    ),
    message(15, [
      ...(error === undefined ? [] : [text(2, error)]),
      enumeration(3, error === undefined ? statusOk : statusError),
    ]),
  ];
}

function nanoseconds(ms: number): bigint {
  return BigInt(Math.round(ms * 1_000)) * 1_000n;
}
