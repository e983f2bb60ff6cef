import * as z from "zod";
import type { Completion } from "../../models/model-client.ts";
import type { Route } from "../../models/route.ts";
import { versionUri } from "../../registry/references.ts";
import type { AnswerCheck } from "../../registry/text/check-answer.ts";
import { toJsonText } from "../../registry/text/one-line.ts";
import type { PromptVersion } from "../../registry/types.ts";
import { line, ToolText } from "./tool-text.ts";
import { traceUrl, type viewTrace } from "./trace-view.ts";

export const runView = z.object({
  name: z.string(),
  version: z.int(),
  uri: z.string(),
  model: z.string().describe("The model that answered."),
  route: z
    .object({ tier: z.string(), reason: z.string() })
    .optional()
    .describe("With route auto: the tier of the model, and why."),
  served_model: z.string().optional().describe("What the answer calls the model, if it says."),
  failed_models: z
    .array(z.object({ model: z.string(), reason: z.string() }))
    .optional()
    .describe("The models that were asked before and did not answer."),
  text: z.string().describe("The model's answer. Empty if it is tool calls alone."),
  format: z
    .object({ valid: z.boolean().optional(), problem: z.string().optional() })
    .optional()
    .describe(
      "Whether the text has the response format; valid is absent if that cannot be checked. Absent without a response format or a text.",
    ),
  refusal: z.string().optional().describe("Why the model refused to answer."),
  tool_calls: z
    .array(z.looseObject({}))
    .optional()
    .describe("Tool calls, as the chat completions API has them."),
  finish_reason: z
    .string()
    .optional()
    .describe("stop, length (the answer is cut), tool_calls, content_filter or another."),
  usage: z
    .object({ input_tokens: z.int(), output_tokens: z.int(), total_tokens: z.int() })
    .optional()
    .describe("Tokens, as the model's server counts them."),
  cost_usd: z
    .number()
    .optional()
    .describe(
      "What the tokens cost in US dollars, by list prices or the operator's. Absent if no price is known.",
    ),
  latency_ms: z.int().describe("Time of the request that was answered, in milliseconds."),
  trace_id: z.string().optional().describe("The trace of this call in MLflow."),
  trace_url: traceUrl,
  notes: z.array(z.string()).optional().describe("What is not as expected."),
});

export type RunView = z.infer<typeof runView>;

/** What a view has besides the answer. */
export interface RunFacts {
  readonly trace?: ReturnType<typeof viewTrace>;
  readonly route?: Route;
  readonly format?: AnswerCheck;
  readonly notes: readonly string[];
}

export function viewRun(
  { name, version }: PromptVersion,
  completion: Completion,
  { trace, route, format, notes }: RunFacts,
): RunView {
  const { model, servedModel, failed, text, refusal, toolCalls, finishReason, usage } = completion;
  const all = [...notes, ...limitNote(completion), ...cutNote(finishReason)];
  return {
    name,
    version,
    uri: versionUri(name, version),
    model,
    ...(route ? { route: { tier: route.tier, reason: route.reason } } : {}),
    ...(servedModel === undefined || servedModel === model ? {} : { served_model: servedModel }),
    ...(failed.length === 0 ? {} : { failed_models: [...failed] }),
    text,
    ...(format === undefined ? {} : { format }),
    ...(refusal === undefined ? {} : { refusal }),
    ...(toolCalls.length === 0 ? {} : { tool_calls: [...toolCalls] }),
    ...(finishReason === undefined ? {} : { finish_reason: finishReason }),
    ...(usage === undefined
      ? {}
      : {
          usage: {
            input_tokens: usage.inputTokens,
            output_tokens: usage.outputTokens,
            total_tokens: usage.inputTokens + usage.outputTokens,
          },
        }),
    ...(completion.cost === undefined ? {} : { cost_usd: completion.cost.totalUsd }),
    latency_ms: completion.latencyMs,
    ...(trace ?? {}),
    ...(all.length === 0 ? {} : { notes: all }),
  };
}

function limitNote({ maxTokens }: Completion): readonly string[] {
  if (maxTokens === undefined) return [];
  return [`max_tokens was set to ${maxTokens}, because this server limits costs.`];
}

function cutNote(finishReason: string | undefined): readonly string[] {
  if (finishReason !== "length") return [];
  return ["The answer is cut: it reached the limit of tokens. Raise max_tokens in llm_config."];
}

function formatLine({ valid, problem = "" }: NonNullable<RunView["format"]>): ToolText {
  if (valid) return line`The answer has the response format.`;
  return valid === undefined
    ? line`Whether the answer has the response format was not checked: ${problem}`
    : line`The answer does not have the response format: ${problem}`;
}

export function formatRun(view: RunView): ToolText {
  const { name, version, model, served_model, failed_models = [], notes = [], usage } = view;
  const served = served_model === undefined ? "" : ` (${served_model})`;
  return ToolText.join(
    line`${name} version ${version}, answered by ${model}${served} in ${view.latency_ms} ms${
      view.finish_reason === undefined ? "" : `, finish reason ${view.finish_reason}`
    }`,
    view.route && line`Tier ${view.route.tier}: ${view.route.reason}`,
    ...failed_models.map(({ model, reason }) => line`Not answered by ${model}: ${reason}`),
    usage
      ? line`Tokens: ${usage.input_tokens} in, ${usage.output_tokens} out, ${usage.total_tokens} in all`
      : line`Tokens: not known`,
    view.cost_usd === undefined
      ? line`Cost: not known, because no price is known`
      : line`Cost: $${view.cost_usd.toPrecision(3)}`,
    view.format && formatLine(view.format),
    view.trace_id !== undefined && line`Trace: ${view.trace_url ?? view.trace_id}`,
    ...notes.map((note) => line`Note: ${note}`),
    view.refusal !== undefined && ToolText.block("Refusal", view.refusal),
    view.tool_calls !== undefined && ToolText.block("Tool calls", toJsonText(view.tool_calls, 2)),
    view.text === "" && view.tool_calls === undefined && view.refusal === undefined
      ? line`The answer is empty.`
      : view.text !== "" && ToolText.block("Answer", view.text),
  );
}
