import type { Attributes } from "@opentelemetry/api";

/** An exchange that is over, as a span within an operation. */
export interface ClientSpan {
  readonly name: string;
  readonly attributes: Attributes;
  readonly seconds: number;
  /** Absent when it succeeded. */
  readonly errorType?: string;
}
