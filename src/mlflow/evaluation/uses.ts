import { quote, RegistryError } from "../../registry/errors.ts";
import type { UsedVersion, UseTime } from "../../registry/evaluation/runs.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { MlflowApi } from "../api.ts";
import { readTrace } from "./read-trace.ts";
import { hasSpansCondition, readTraces, searchTraces } from "./traces.ts";
import type { WireTrace, WireTraceInfo } from "./wire.ts";

/** Traces that are looked at, because a search cannot leave out those of evaluations (3.8 to 3.17). */
const maxLookedAt = 10_000;

interface Of {
  readonly experimentId: string;
  readonly prompt: { readonly name: string; readonly version: number };
}

/** The traces that are linked to a version and belong to no run, newest first. */
export async function listUses(
  api: MlflowApi,
  of: Of,
  limit: number,
  options?: CallOptions,
): Promise<readonly UsedVersion[]> {
  const found = await findUses(api, of, { condition: hasSpansCondition, limit }, options);
  const ids = found.map(({ trace_id }) => trace_id);
  const traces = await readTraces(api, ids, options);
  return traces.map(toUse).sort((one, other) => other.at - one.at);
}

/** When the traces began that are linked to a version and belong to no run, newest first. */
export async function listUseTimes(
  api: MlflowApi,
  of: Of,
  { since, limit }: { readonly since: number; readonly limit: number },
  options?: CallOptions,
): Promise<readonly UseTime[]> {
  const condition = `timestamp_ms >= ${Math.floor(since)}`;
  const found = await findUses(api, of, { condition, limit }, options);
  return found
    .map(({ trace_id, request_time, state }) => ({
      traceId: trace_id,
      at: Date.parse(request_time),
      failed: state === "ERROR",
    }))
    .sort((one, other) => other.at - one.at);
}

/** At most `limit` traces, newest first, without their spans. */
async function findUses(
  api: MlflowApi,
  { experimentId, prompt }: Of,
  { condition, limit }: { readonly condition: string; readonly limit: number },
  options?: CallOptions,
): Promise<readonly WireTraceInfo[]> {
  const filter = `prompt = ${quoted(`${prompt.name}/${prompt.version}`)} AND ${condition}`;
  const found: WireTraceInfo[] = [];
  let lookedAt = 0;
  for await (const page of searchTraces(api, { experimentId, filter }, options)) {
    found.push(...page.filter(({ trace_metadata }) => !trace_metadata["mlflow.sourceRun"]));
    lookedAt += page.length;
    if (found.length >= limit || lookedAt >= maxLookedAt) break;
  }
  return found.slice(0, limit);
}

function toUse(trace: WireTrace): UsedVersion {
  const { traceId, at, inputs, output, labels, scores } = readTrace(trace);
  return { traceId, at, inputs, ...(output === undefined ? {} : { output }), labels, scores };
}

/** The language of MLflow's searches has two quotes and no escape. */
function quoted(value: string): string {
  const mark = ["'", '"'].find((one) => !value.includes(one));
  if (mark !== undefined) return `${mark}${value}${mark}`;
  throw new RegistryError(
    "invalid",
    `MLflow cannot search for traces of ${quote(value)}, because the name has both kinds of quotation marks. Rename the prompt.`,
  );
}
