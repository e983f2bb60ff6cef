import { AsyncLocalStorage } from "node:async_hooks";
import {
  type Context,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { ObservedOperation, Operation, OperationOutcome } from "../session/operation.ts";
import type { ClientSpan } from "./client-span.ts";
import { contentOf, resultOf } from "./content.ts";
import { operationAttributes, spanName } from "./operation-attributes.ts";
import type { NetworkTransport, RequestHeaders } from "./telemetry.ts";
import { remoteContext } from "./trace-context.ts";

/** A point in time on both clocks, so that times within one operation are in order. */
interface Clock {
  /** Milliseconds since 1970. */
  readonly epoch: number;
  readonly begin: number;
}

/** An HTTP request whose operation has not begun. */
interface Arrival extends Clock {
  readonly headers: RequestHeaders;
  /** What MLflow was asked about the caller. */
  readonly waiting: ClientSpan[];
}

/** An operation that has not ended. */
interface Current extends Clock {
  readonly context: Context;
  children: number;
  ended: boolean;
}

/** Spans within one operation; an evaluation may ask models thousands of times. */
const maxChildren = 500;

/** Of one HTTP request, before its operation begins. */
const maxWaiting = 20;

export interface SpansOptions {
  readonly tracer: Tracer;
  readonly transport: NetworkTransport;
  /** What the trace that a client names becomes of the operation's span. */
  readonly clientTrace: "parent" | "link";
  /** Whether spans have the arguments and results of tools and prompts. */
  readonly content: boolean;
}

/**
 * The spans of operations, and of what they ask of MLflow and models, by OpenTelemetry's conventions
 * for MCP. An exchange outside of an operation, such as a poll, is in no trace.
 */
export class OperationSpans {
  readonly #options: SpansOptions;
  readonly #storage = new AsyncLocalStorage<Arrival | Current>();

  constructor(options: SpansOptions) {
    this.#options = options;
  }

  request<T>(headers: RequestHeaders, run: () => T): T {
    return this.#storage.run({ ...clock(), headers, waiting: [] }, run);
  }

  begin(operation: Operation): ObservedOperation {
    const { tracer, transport, clientTrace, content } = this.#options;
    const store = this.#storage.getStore();
    const arrival = store && "waiting" in store ? store : undefined;
    const client = remoteContext(operation);
    const ambient = arrival && contextIn(arrival.headers);
    const parent = clientTrace === "parent" ? client : undefined;
    const linked = [...(parent || !client ? [] : [client]), ...(ambient ? [ambient] : [])];
    const links: Link[] = linked.map((context) => ({ context }));
    const times = arrival ?? clock();
    const span = tracer.startSpan(
      spanName(operation),
      {
        kind: SpanKind.SERVER,
        startTime: times.epoch,
        links,
        attributes: {
          ...operationAttributes(operation, transport),
          ...(content ? contentOf(operation) : {}),
        },
      },
      parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT,
    );
    const current: Current = {
      epoch: times.epoch,
      begin: times.begin,
      context: trace.setSpan(ROOT_CONTEXT, span),
      children: 0,
      ended: false,
    };
    for (const waiting of arrival?.waiting.splice(0) ?? []) this.#addChild(current, waiting);
    return {
      run: (handle) => this.#storage.run(current, handle),
      end: (outcome) => {
        current.ended = true;
        if (content) span.setAttributes(resultOf(operation, outcome));
        endSpan(span, outcome, timeOf(current));
      },
    };
  }

  /** Adds an exchange that has just ended to the operation that it belongs to. */
  add(exchange: ClientSpan): void {
    const store = this.#storage.getStore();
    if (store === undefined) return;
    if (!("waiting" in store)) this.#addChild(store, exchange);
    else if (store.waiting.length < maxWaiting) store.waiting.push(exchange);
  }

  #addChild(current: Current, { name, attributes, seconds, errorType }: ClientSpan): void {
    if (current.ended || current.children >= maxChildren) return;
    current.children += 1;
    const endTime = timeOf(current);
    const startTime = Math.max(current.epoch, endTime - 1_000 * seconds);
    const span = this.#options.tracer.startSpan(
      name,
      { kind: SpanKind.CLIENT, startTime, attributes },
      current.context,
    );
    endSpan(span, errorType === undefined ? {} : { errorType }, endTime);
  }
}

function contextIn({ traceparent, tracestate }: RequestHeaders) {
  return remoteContext({ traceparent, tracestate });
}

/** The error's message may have values and texts of callers: only its kind is named. */
function endSpan(
  span: Span,
  { errorType, kind }: Pick<OperationOutcome, "errorType" | "kind">,
  endTime: number,
): void {
  if (errorType !== undefined) {
    span.setAttribute("error.type", errorType);
    span.setStatus({ code: SpanStatusCode.ERROR, message: kind ?? errorType });
  }
  span.end(endTime);
}

function clock(): Clock {
  return { epoch: Date.now(), begin: performance.now() };
}

function timeOf({ epoch, begin }: Clock): number {
  return epoch + performance.now() - begin;
}
