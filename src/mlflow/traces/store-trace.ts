import { randomBytes } from "node:crypto";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { PromptTrace, StoredTrace } from "../../registry/traces.ts";
import type { MlflowApi } from "../api.ts";
import { isMissing, refusalError, valueOrThrow } from "../errors/refusal.ts";
import { tracePageUrl } from "../evaluation/run-page.ts";
import { emptyResponse } from "../schemas.ts";
import { experimentIdOf, noExperiment } from "./experiment.ts";
import { linkedPrompt } from "./linked-prompt.ts";
import { spansOf } from "./prompt-spans.ts";
import { encodeSpans } from "./spans.ts";
import { traceInfo } from "./trace-info.ts";

/** Of the traces. */
const name = "run_prompt";

/**
 * Stores a trace and links the prompt version to it. The info goes before the spans, because MLflow
 * 3.8 refuses it once the spans have brought the token usage. The link has two unconnected forms: the
 * tag, which MLflow's UI shows, and the association, which a search by `prompt` finds.
 * @throws RegistryError `invalid` for an experiment that does not exist, and as every request
 */
export async function storeTrace(
  api: MlflowApi,
  trace: PromptTrace,
  options: CallOptions = {},
): Promise<StoredTrace> {
  const { traceId, prompt } = trace;
  const experimentId = await experimentIdOf(api, options);
  const info = await api.sendTrace(
    "/api/3.0/mlflow/traces",
    { trace: { trace_info: traceInfo(experimentId, trace, { name }) } },
    emptyResponse,
    options,
  );
  if (!info.ok) {
    throw isMissing(info.refusal) ? noExperiment(info.refusal) : refusalError(info.refusal);
  }
  const spans = encodeSpans(
    traceId.replace("tr-", ""),
    spansOf(trace, name, { root: spanId(), chat: spanId() }),
  );
  await api.sendSpans(experimentId, spans, options);
  valueOrThrow(
    await api.sendTrace(
      "/api/2.0/mlflow/traces/link-prompts",
      linkedPrompt(traceId, prompt),
      emptyResponse,
      options,
    ),
  );
  const url = tracePageUrl(api, experimentId, traceId);
  return url === undefined ? {} : { url };
}

function spanId(): string {
  return randomBytes(8).toString("hex");
}
