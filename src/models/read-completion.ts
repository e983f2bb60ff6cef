import * as z from "zod";
import { jsonObject } from "../registry/json.ts";
import type { Completion, TokenUsage } from "./model-client.ts";

const textPart = z.object({ type: z.string(), text: z.string().optional() });

/** A chat completion, as far as it is used. Some servers leave out what OpenAI always sends. */
const chatCompletion = z.object({
  model: z.string().nullish(),
  provider: z.string().nullish(),
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({
          content: z.union([z.string(), z.array(textPart)]).nullish(),
          refusal: z.string().nullish(),
          tool_calls: z.array(jsonObject).nullish(),
        }),
      }),
    )
    .min(1),
  usage: z
    .object({
      prompt_tokens: z.int().min(0),
      completion_tokens: z.int().min(0),
      prompt_tokens_details: z
        .object({ cached_tokens: z.int().min(0) })
        .nullish()
        .catch(undefined),
    })
    .nullish()
    .catch(undefined),
});

export type Answered = Omit<Completion, "model" | "cost" | "maxTokens" | "latencyMs" | "failed">;

/** @throws ZodError for a body that is no chat completion */
export function readCompletion(body: unknown): Answered {
  const { model, provider, choices, usage } = chatCompletion.parse(body);
  const [choice] = choices;
  const message = choice?.message;
  return {
    text: textOf(message?.content),
    toolCalls: message?.tool_calls ?? [],
    ...(model ? { servedModel: model } : {}),
    ...(provider ? { provider } : {}),
    ...(message?.refusal ? { refusal: message.refusal } : {}),
    ...(choice?.finish_reason ? { finishReason: choice.finish_reason } : {}),
    ...(usage ? { usage: usageOf(usage) } : {}),
  };
}

/** Some models answer with parts, of which those without a text are the model's reasoning. */
function textOf(content: string | readonly z.infer<typeof textPart>[] | null | undefined): string {
  if (typeof content === "string") return content;
  return (content ?? []).map(({ text = "" }) => text).join("");
}

function usageOf(usage: NonNullable<z.infer<typeof chatCompletion>["usage"]>): TokenUsage {
  const { prompt_tokens, completion_tokens, prompt_tokens_details } = usage;
  return {
    inputTokens: prompt_tokens,
    outputTokens: completion_tokens,
    ...(prompt_tokens_details ? { cachedTokens: prompt_tokens_details.cached_tokens } : {}),
  };
}
