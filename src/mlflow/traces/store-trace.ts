import { randomBytes } from "node:crypto";
import * as z from "zod";
import { RegistryError } from "../../registry/errors.ts";
import { pythonJson } from "../../registry/json.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { PromptTrace } from "../../registry/traces.ts";
import type { MlflowApi } from "../api.ts";
import { isMissing, type Refusal, refusalError, valueOrThrow } from "../errors/refusal.ts";
import { emptyResponse } from "../schemas.ts";
import { encodeSpans, type Span } from "./spans.ts";

/** The experiment of MLflow's default workspace, and of servers without workspaces. */
const defaultExperimentId = "0";

/** Its name, also in other workspaces. */
const defaultExperimentName = "Default";

const createdResponse = z.object({ experiment_id: z.string() });
const foundResponse = z.object({ experiment: createdResponse });

/** Characters of a preview: the length of PostgreSQL's column (3.8 to 3.17). */
const previewLength = 1_000;

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
): Promise<void> {
  const { traceId, prompt } = trace;
  const experimentId = api.experimentId ?? (await defaultExperiment(api, options));
  const info = await api.sendTrace(
    "/api/3.0/mlflow/traces",
    { trace: { trace_info: traceInfo(experimentId, trace) } },
    emptyResponse,
    options,
  );
  if (!info.ok) {
    throw isMissing(info.refusal) ? noExperiment(info.refusal) : refusalError(info.refusal);
  }
  const spans = encodeSpans(traceId.replace("tr-", ""), spansOf(trace));
  await api.sendSpans(experimentId, spans, options);
  valueOrThrow(
    await api.sendTrace(
      "/api/2.0/mlflow/traces/link-prompts",
      {
        trace_id: traceId,
        prompt_versions: [{ name: prompt.name, version: String(prompt.version) }],
      },
      emptyResponse,
      options,
    ),
  );
}

/** A new workspace has no experiment (3.17). MLflow gives the name "Default" to the first one itself. */
async function defaultExperiment(api: MlflowApi, options: CallOptions): Promise<string> {
  if (api.workspace === undefined) return defaultExperimentId;
  const found = await findDefaultExperiment(api, options);
  if (found !== undefined) return found;
  const body = { name: defaultExperimentName };
  const created = await api.post("/experiments/create", body, createdResponse, options);
  if (created.ok) return created.value.experiment_id;
  // Another call may have created it meanwhile.
  const other = await findDefaultExperiment(api, options);
  if (other === undefined) throw refusalError(created.refusal);
  return other;
}

async function findDefaultExperiment(
  api: MlflowApi,
  options: CallOptions,
): Promise<string | undefined> {
  const query = { experiment_name: defaultExperimentName };
  const found = await api.get("/experiments/get-by-name", query, foundResponse, options);
  if (!found.ok && isMissing(found.refusal)) return undefined;
  return valueOrThrow(found).experiment.experiment_id;
}

function noExperiment({ reason }: Refusal): RegistryError {
  const said = reason.trimEnd().replace(/\.$/, "");
  return new RegistryError(
    "not_found",
    `MLflow did not find the experiment: ${said}. Ask the operator of this server to set MLFLOW_EXPERIMENT_ID to one that exists in the workspace.`,
  );
}

function traceInfo(experimentId: string, trace: PromptTrace) {
  const { traceId, prompt, startedAt, endedAt, inputs, output, error, user } = trace;
  const linked = [{ name: prompt.name, version: String(prompt.version) }];
  return {
    trace_id: traceId,
    trace_location: {
      type: "MLFLOW_EXPERIMENT",
      mlflow_experiment: { experiment_id: experimentId },
    },
    request_time: new Date(startedAt).toISOString(),
    execution_duration: `${((endedAt - startedAt) / 1_000).toFixed(3)}s`,
    state: error === undefined ? "OK" : "ERROR",
    request_preview: preview(pythonJson(inputs)),
    response_preview: preview(typeof output === "string" ? output : pythonJson(output ?? null)),
    trace_metadata: {
      "mlflow.trace_schema.version": "3",
      ...(user === undefined ? {} : { "mlflow.user": user }),
    },
    tags: {
      "mlflow.traceName": "run_prompt",
      // Python's spelling: MLflow's metrics filter by these bytes.
      "mlflow.linkedPrompts": pythonJson(linked),
    },
  };
}

/** The run, and within it the call of the model. */
function spansOf(trace: PromptTrace): readonly Span[] {
  const { startedAt, endedAt, inputs, output, error, call } = trace;
  const root = randomBytes(8).toString("hex");
  const times = { startedAt, endedAt, ...(error === undefined ? {} : { error }) };
  return [
    {
      ...times,
      spanId: root,
      name: "run_prompt",
      attributes: attributes("CHAIN", inputs, output),
    },
    {
      ...times,
      spanId: randomBytes(8).toString("hex"),
      parentSpanId: root,
      name: "chat",
      attributes: {
        ...attributes("CHAT_MODEL", call.request, call.answer),
        "mlflow.llm.model": pythonJson(call.model),
        ...(call.provider === undefined
          ? {}
          : { "mlflow.llm.provider": pythonJson(call.provider) }),
        ...(call.usage === undefined
          ? {}
          : { "mlflow.chat.tokenUsage": pythonJson(tokenUsage(call.usage)) }),
        ...(call.cost === undefined ? {} : { "mlflow.llm.cost": pythonJson(cost(call.cost)) }),
      },
    },
  ];
}

function attributes(type: string, inputs: unknown, outputs: unknown) {
  return {
    "mlflow.spanType": pythonJson(type),
    "mlflow.spanInputs": pythonJson(inputs),
    ...(outputs === undefined ? {} : { "mlflow.spanOutputs": pythonJson(outputs) }),
  };
}

function tokenUsage({ inputTokens, outputTokens }: NonNullable<PromptTrace["call"]["usage"]>) {
  return {
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
}

function cost({ inputUsd, outputUsd, totalUsd }: NonNullable<PromptTrace["call"]["cost"]>) {
  return { input_cost: inputUsd, output_cost: outputUsd, total_cost: totalUsd };
}

/** Does not cut a character in half. */
function preview(text: string): string {
  if (text.length <= previewLength) return text;
  return `${text.slice(0, previewLength - 3).replace(/[\ud800-\udbff]$/, "")}...`;
}
