import type { Completion, ModelRequest } from "../models/model-client.ts";
import { type JsonObject, type JsonValue, jsonObject } from "../registry/json.ts";
import type { PromptTrace } from "../registry/traces.ts";
import type { PromptVersion } from "../registry/types.ts";

/** One call of a model with a version. */
export interface Attempt {
  readonly version: PromptVersion;
  readonly variables: JsonObject;
  readonly request: ModelRequest;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

export type AttemptOutcome =
  | { readonly completion: Completion }
  | { readonly error: { readonly message: string } };

/** What is stored of a call, apart from its ID and its user. It ends now. */
export function traceOf(
  attempt: Attempt,
  outcome: AttemptOutcome,
): Omit<PromptTrace, "traceId" | "user"> {
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

/** What the model answered: a text, or an object with its tool calls or its refusal. */
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
