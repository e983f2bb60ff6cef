import * as z from "zod";
import { noResult } from "../../registry/evaluation/result-pages.ts";
import { rowTag } from "../../registry/evaluation/run-tags.ts";
import type { ReadResult } from "../../registry/evaluation/runs.ts";
import { plainJsonOrUndefined } from "../../registry/json.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { MlflowApi } from "../api.ts";
import { attribute, readTrace } from "./read-trace.ts";
import { fetchRun } from "./runs.ts";
import { hasSpansCondition, readTraces, searchTraces } from "./traces.ts";
import type { WireTrace } from "./wire.ts";

/** Whole traces that are in memory at once. */
const tracesAtOnce = 100;

/** MLflow sums them up over the spans of a trace. */
const tokenUsage = z.object({ input_tokens: z.number(), output_tokens: z.number() });
const cost = z.object({ total_cost: z.number() });

/** The complete rows of a run of ours or of MLflow's own, in no particular order, page by page. */
export async function* resultPages(
  api: MlflowApi,
  runId: string,
  limit: number,
  options?: CallOptions,
): AsyncGenerator<readonly ReadResult[]> {
  const { experiment_id: experimentId } = (await fetchRun(api, runId, options)).info;
  const filter = `run_id = '${runId}' AND ${hasSpansCondition}`;
  let left = limit;
  for await (const page of searchTraces(api, { experimentId, filter, most: limit }, options)) {
    const ids = page.slice(0, left).map(({ trace_id }) => trace_id);
    for (let from = 0; from < ids.length; from += tracesAtOnce) {
      const traces = await readTraces(api, ids.slice(from, from + tracesAtOnce), options);
      yield traces.map((trace) => toResult(trace, runId));
    }
    left -= ids.length;
    if (left <= 0) return;
  }
}

/** @throws RegistryError `not_found` */
export async function readResult(
  api: MlflowApi,
  runId: string,
  traceId: string,
  options?: CallOptions,
): Promise<ReadResult> {
  const [trace] = await readTraces(api, [traceId], options);
  if (trace === undefined) throw noResult(runId, traceId);
  return toResult(trace, runId);
}

function toResult(trace: WireTrace, runId: string): ReadResult {
  const { at: _, ...read } = readTrace(trace, runId);
  const { tags, trace_metadata } = trace.trace_info;
  const rowKey = tags[rowTag];
  const usage = parsed(tokenUsage, trace_metadata["mlflow.trace.tokenUsage"]);
  const usd = parsed(cost, trace_metadata["mlflow.trace.cost"]) ?? spanCost(trace);
  return {
    ...read,
    ...(rowKey === undefined ? {} : { rowKey }),
    ...(usage === undefined
      ? {}
      : { usage: { inputTokens: usage.input_tokens, outputTokens: usage.output_tokens } }),
    ...(usd === undefined ? {} : { usd: usd.total_cost }),
  };
}

/** MLflow before 3.10 keeps the cost of a span, and none of the trace. */
function spanCost({ spans }: WireTrace): z.infer<typeof cost> | undefined {
  const costs = spans.flatMap((span) => {
    const known = cost.safeParse(attribute(span, "mlflow.llm.cost"));
    return known.success ? [known.data.total_cost] : [];
  });
  return costs.length === 0 ? undefined : { total_cost: costs.reduce((sum, one) => sum + one) };
}

function parsed<T>(schema: z.ZodType<T>, text: string | undefined): T | undefined {
  // What another program wrote in another form says nothing.
  return text === undefined ? undefined : schema.safeParse(plainJsonOrUndefined(text)).data;
}
