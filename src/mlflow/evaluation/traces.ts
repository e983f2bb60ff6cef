import { RegistryError } from "../../registry/errors.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { MlflowApi } from "../api.ts";
import { valueOrThrow } from "../errors/refusal.ts";
import { AnswerTooLarge, splitRequest } from "../reads/split-request.ts";
import { traceBatch, traceInfoPage, type WireTrace, type WireTraceInfo } from "./wire.ts";

/** The most traces that MLflow returns in one page (3.8 to 3.17). */
const pageSize = 500;

/** Their IDs take 4.8 KB of the URL. Proxies limit a URL to 8 KiB. */
const batchSize = 100;

/**
 * The tag of a trace whose spans are stored. MLflow fails a request for spans of several traces with
 * status 500 when one of them has none (3.8 to 3.17).
 */
const spansTag = "mlflow.trace.spansLocation";
const spansStored = "TRACKING_STORE";

/** The condition of a search for traces with spans. */
export const hasSpansCondition = `tag.\`${spansTag}\` = '${spansStored}'`;

/** Whether a trace is complete: the spans are stored last. */
export function hasSpans({ tags }: WireTraceInfo): boolean {
  return tags[spansTag] === spansStored;
}

/** The traces of an experiment that match, newest first, without their spans, page by page. */
export async function* searchTraces(
  api: MlflowApi,
  {
    experimentId,
    filter,
    most = pageSize,
  }: {
    readonly experimentId: string;
    readonly filter: string;
    /** How many are wanted: a page has no more. */
    readonly most?: number;
  },
  options?: CallOptions,
): AsyncGenerator<readonly WireTraceInfo[]> {
  const location = {
    type: "MLFLOW_EXPERIMENT",
    mlflow_experiment: { experiment_id: experimentId },
  };
  let token: string | null | undefined;
  do {
    const page = await splitRequest(Math.min(most, pageSize), async (max_results) => {
      const body = {
        locations: [location],
        filter,
        max_results,
        ...(token ? { page_token: token } : {}),
      };
      return valueOrThrow(
        await api.search("/api/3.0/mlflow/traces/search", body, traceInfoPage, options),
      );
    });
    yield page.traces;
    token = page.next_page_token;
  } while (token);
}

/** Traces by their IDs, without spans. IDs that do not exist are left out. */
export async function findTraces(
  api: MlflowApi,
  experimentId: string,
  ids: readonly string[],
  options?: CallOptions,
): Promise<readonly WireTraceInfo[]> {
  if (ids.length === 0) return [];
  const filter = `request_id IN (${ids.map((id) => `'${id}'`).join(",")})`;
  const found: WireTraceInfo[] = [];
  for await (const page of searchTraces(api, { experimentId, filter, most: ids.length }, options)) {
    found.push(...page);
  }
  return found;
}

/** Whole traces. All of them must have spans: see `hasSpans`. */
export async function readTraces(
  api: MlflowApi,
  ids: readonly string[],
  options?: CallOptions,
): Promise<readonly WireTrace[]> {
  const traces: WireTrace[] = [];
  for (let from = 0; from < ids.length; from += batchSize) {
    traces.push(...(await readBatch(api, ids.slice(from, from + batchSize), options)));
  }
  return traces;
}

/** Splits a batch whose answer is too large. */
async function readBatch(
  api: MlflowApi,
  ids: readonly string[],
  options?: CallOptions,
): Promise<readonly WireTrace[]> {
  try {
    const query = { trace_ids: ids };
    const path = "/api/3.0/mlflow/traces/batchGet";
    return valueOrThrow(await api.get(path, query, traceBatch, options)).traces;
  } catch (error) {
    if (!(error instanceof AnswerTooLarge)) throw error;
    if (ids.length === 1) throw traceTooLarge(ids[0], error);
    const middle = Math.ceil(ids.length / 2);
    const first = await readBatch(api, ids.slice(0, middle), options);
    return [...first, ...(await readBatch(api, ids.slice(middle), options))];
  }
}

function traceTooLarge(id: string | undefined, { message }: Error): RegistryError {
  return new RegistryError("unavailable", `The trace ${id} cannot be read. ${message}`);
}
