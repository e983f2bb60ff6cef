import type { RowResult } from "../../registry/evaluation/runs.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { MlflowApi } from "../api.ts";
import { isMissing, refusalError, valueOrThrow } from "../errors/refusal.ts";
import { emptyResponse } from "../schemas.ts";
import { noExperiment } from "../traces/experiment.ts";
import { forEach } from "./each.ts";
import { repeatableWrite } from "./repeatable-write.ts";
import { type RowTrace, rowTrace } from "./row-traces.ts";
import { findTraces, hasSpans } from "./traces.ts";

/** Rows that one call stores at the same time. MLflow is no faster with more (3.17, 4 workers). */
const rowsAtOnce = 4;

/** MLflow took 12 MB in one request; proxies often limit a request to 10 MB or so. */
const maxSpansBytes = 8_000_000;

/**
 * Stores rows of a run: first what MLflow calls the info, with all scores, then the link to the
 * version, then the spans of all rows. MLflow 3.8 refuses another order, and a trace with spans is
 * complete. MLflow before 3.11 counts the tokens of spans that it gets twice twice, and refuses a
 * second info, so what is stored already is looked up and not sent again.
 */
export async function storeResults(
  api: MlflowApi,
  place: { readonly experimentId: string; readonly runId: string },
  results: readonly RowResult[],
  options: CallOptions = {},
): Promise<void> {
  const { experimentId, runId } = place;
  const rows = results.map((result) => rowTrace(experimentId, runId, result));
  const { known, complete } = await stored(api, experimentId, rows, options);
  const incomplete = rows.filter(({ traceId }) => !complete.has(traceId));
  await forEach(incomplete, rowsAtOnce, async (row) => {
    if (!known.has(row.traceId)) await storeInfo(api, experimentId, row, options);
    await linkPrompt(api, row, options);
  });
  for (const batch of inBatches(incomplete)) await sendSpans(api, experimentId, batch, options);
}

/** The IDs of the traces that are stored, and of those with spans. */
async function stored(
  api: MlflowApi,
  experimentId: string,
  rows: readonly RowTrace[],
  options: CallOptions,
) {
  const ids = rows.map(({ traceId }) => traceId);
  const found = await findTraces(api, experimentId, ids, options);
  return {
    known: new Set(found.map(({ trace_id }) => trace_id)),
    complete: new Set(found.filter(hasSpans).map(({ trace_id }) => trace_id)),
  };
}

async function storeInfo(
  api: MlflowApi,
  experimentId: string,
  row: RowTrace,
  options: CallOptions,
): Promise<void> {
  const { traceId, info } = row;
  const isStored = async (readOptions: CallOptions) =>
    (await stored(api, experimentId, [row], readOptions)).known.has(traceId);
  await api.verifyWrite(
    async () => {
      const body = { trace: { trace_info: info } };
      const answer = await api.post("/api/3.0/mlflow/traces", body, emptyResponse, options);
      if (answer.ok) return;
      if (isMissing(answer.refusal)) throw noExperiment(answer.refusal);
      // An earlier request may have arrived late, after the look-up.
      if (!(await isStored(options))) throw refusalError(answer.refusal);
    },
    async (readOptions) =>
      (await isStored(readOptions))
        ? { applied: undefined }
        : { current: `there is no trace ${traceId}` },
    options,
  );
}

async function linkPrompt(
  api: MlflowApi,
  { traceId, prompt }: RowTrace,
  options: CallOptions,
): Promise<void> {
  const body = {
    trace_id: traceId,
    prompt_versions: [{ name: prompt.name, version: String(prompt.version) }],
  };
  await repeatableWrite(
    api,
    async (sent) => valueOrThrow(await api.post("/traces/link-prompts", body, emptyResponse, sent)),
    options,
  );
}

async function sendSpans(
  api: MlflowApi,
  experimentId: string,
  rows: readonly RowTrace[],
  options: CallOptions,
): Promise<void> {
  const bytes = Buffer.concat(rows.map(({ spans }) => spans));
  await api.verifyWrite(
    () => api.sendSpans(experimentId, bytes, options),
    async (readOptions) => {
      const { complete } = await stored(api, experimentId, rows, readOptions);
      const missing = rows.length - complete.size;
      return missing === 0
        ? { applied: undefined }
        : { current: `${missing} of ${rows.length} traces have no spans` };
    },
    options,
  );
}

function inBatches(rows: readonly RowTrace[]): readonly (readonly RowTrace[])[] {
  const batches: RowTrace[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    bytes += row.spans.length;
    if (bytes > maxSpansBytes) {
      batches.push([]);
      bytes = row.spans.length;
    }
    batches.at(-1)?.push(row);
  }
  return batches;
}
