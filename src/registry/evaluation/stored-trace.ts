import { pythonJson, storedJson } from "../json.ts";
import type { PromptTrace } from "../traces.ts";

/** Characters of a preview: the length of MLflow's column (3.8 to 3.17). */
const previewLength = 1_000;

/** A span of a trace, with the values of its attributes. MLflow stores each value as JSON text. */
export interface SpanContent {
  readonly name: string;
  readonly type: "CHAIN" | "CHAT_MODEL";
  readonly attributes: Readonly<Record<string, unknown>>;
}

/**
 * What MLflow's own spans say of a use of a version (3.8 to 3.17): the run, and within it the call of the
 * model.
 * @param name of the root
 */
export function spanContents(
  { inputs, output, call }: PromptTrace,
  name: string,
): { readonly root: SpanContent; readonly chat: SpanContent } {
  return {
    root: { name, type: "CHAIN", attributes: attributes("CHAIN", inputs, output) },
    chat: {
      name: "chat",
      type: "CHAT_MODEL",
      attributes: {
        ...attributes("CHAT_MODEL", call.request, call.answer),
        "mlflow.llm.model": call.model,
        ...(call.provider === undefined ? {} : { "mlflow.llm.provider": call.provider }),
        ...(call.usage === undefined ? {} : { [spanUsage]: tokenUsage(call.usage) }),
        ...(call.cost === undefined ? {} : { "mlflow.llm.cost": cost(call.cost) }),
      },
    },
  };
}

const spanUsage = "mlflow.chat.tokenUsage";

/** The attribute with what a span put out. */
export const spanOutputs = "mlflow.spanOutputs";

function attributes(type: SpanContent["type"], inputs: unknown, outputs: unknown) {
  return {
    "mlflow.spanType": type,
    "mlflow.spanInputs": inputs,
    ...(outputs === undefined ? {} : { [spanOutputs]: outputs }),
  };
}

/** With MLflow's names. */
export function tokenUsage({
  inputTokens,
  outputTokens,
}: NonNullable<PromptTrace["call"]["usage"]>) {
  return {
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
}

/** With MLflow's names. */
export function cost({ inputUsd, outputUsd, totalUsd }: NonNullable<PromptTrace["call"]["cost"]>) {
  return { input_cost: inputUsd, output_cost: outputUsd, total_cost: totalUsd };
}

/** The texts that MLflow's lists show. */
export function previews({ inputs, output }: PromptTrace): {
  readonly request: string;
  readonly response: string;
} {
  const response = typeof output === "string" ? output : storedJson(output);
  return { request: storedJson(inputs), response: output === undefined ? "" : response };
}

/** As much of a text as a preview holds. Does not cut a character in half. */
export function cutPreview(text: string): string {
  if (text.length <= previewLength) return text;
  return `${text.slice(0, previewLength - 3).replace(/[\ud800-\udbff]$/, "")}...`;
}

/** The value of the tag `mlflow.linkedPrompts`. Python's spelling: MLflow's metrics filter by these bytes. */
export function linkedPromptsText(prompt: PromptTrace["prompt"]): string {
  return pythonJson([{ name: prompt.name, version: String(prompt.version) }]);
}
