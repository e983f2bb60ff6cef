import { randomBytes } from "node:crypto";
import type { Completion, ModelRequest } from "../../models/model-client.ts";
import type { RegistryError } from "../../registry/errors.ts";
import { type JsonObject, type JsonValue, jsonObject } from "../../registry/json.ts";
import type { PromptTrace } from "../../registry/traces.ts";
import type { PromptVersion } from "../../registry/types.ts";
import type { Session } from "../../session/session.ts";

/** One call of a model with a version. */
export interface Attempt {
  readonly version: PromptVersion;
  readonly variables: JsonObject;
  readonly request: ModelRequest;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

type Outcome = { readonly completion: Completion } | { readonly error: RegistryError };

/** What a call says of its trace. */
export interface Traced {
  /** Absent when there is certainly none. */
  readonly traceId?: string;
  /** Sentences, for what is not as expected. */
  readonly notes: readonly string[];
}

/** Stores the trace of a call. Never rejects: the answer is worth more than its trace. */
export async function storeTrace(
  { traces, who }: Session,
  attempt: Attempt,
  outcome: Outcome,
): Promise<Traced> {
  if (traces === undefined) {
    return { notes: ["No trace was stored: an embedded registry keeps none, MLflow does."] };
  }
  const traceId = `tr-${randomBytes(16).toString("hex")}`;
  const stored = await traces.store({
    ...traceOf(attempt, outcome),
    traceId,
    ...(who === undefined ? {} : { user: who }),
  });
  switch (stored.kind) {
    case "stored":
      return { traceId, notes: "error" in outcome ? [`The failure is in trace ${traceId}.`] : [] };
    case "pending":
      return {
        traceId,
        notes: [`The trace ${traceId} is still being stored, because MLflow is slow.`],
      };
    case "failed":
      return { notes: [`No complete trace was stored: ${stored.reason}`] };
  }
}

function traceOf(attempt: Attempt, outcome: Outcome): Omit<PromptTrace, "traceId" | "user"> {
  const { version, variables, request, startedAt } = attempt;
  const { model, messages, parameters } = request;
  const common = {
    prompt: { name: version.name, version: version.version },
    startedAt,
    endedAt: Date.now(),
    inputs: variables,
  };
  const sent = jsonObject.parse({ ...parameters, messages });
  if ("error" in outcome) {
    const { message } = outcome.error;
    return { ...common, error: message, call: { model, request: { model, ...sent } } };
  }
  const { completion } = outcome;
  const { provider, usage, cost } = completion;
  return {
    ...common,
    output: outputOf(completion),
    call: {
      model: completion.servedModel ?? completion.model,
      ...(provider === undefined ? {} : { provider }),
      request: { model: completion.model, ...sent },
      answer: answerOf(completion),
      ...(usage === undefined ? {} : { usage }),
      ...(cost === undefined ? {} : { cost }),
    },
  };
}

function outputOf({ text, toolCalls, refusal }: Completion): JsonValue {
  if (toolCalls.length > 0) return { content: text, tool_calls: [...toolCalls] };
  return text === "" && refusal !== undefined ? { refusal } : text;
}

/** As the API has it. */
function answerOf({ text, toolCalls, refusal, finishReason }: Completion): JsonValue {
  const message = {
    role: "assistant",
    content: text,
    ...(toolCalls.length === 0 ? {} : { tool_calls: [...toolCalls] }),
    ...(refusal === undefined ? {} : { refusal }),
  };
  return { choices: [{ message, finish_reason: finishReason ?? null }] };
}
