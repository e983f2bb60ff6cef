import type { Attributes } from "@opentelemetry/api";
import type { Operation, OperationOutcome } from "../session/operation.ts";

/** The longest text of an attribute, in characters. */
const maxLength = 16_000;

/**
 * Arguments of a tool under the name that OpenTelemetry's conventions give them. They have none for
 * those of a prompt: MLflow shows its own.
 */
export function contentOf({ tool, prompt, arguments: given }: Operation): Attributes {
  if (tool !== undefined) return { "gen_ai.tool.call.arguments": json(given ?? {}) };
  if (prompt === undefined) return {};
  return { "mlflow.spanInputs": json({ name: prompt, arguments: given ?? {} }) };
}

export function resultOf({ tool, prompt }: Operation, { result }: OperationOutcome): Attributes {
  if (result === undefined) return {};
  if (tool !== undefined) return { "gen_ai.tool.call.result": json(result) };
  return prompt === undefined ? {} : { "mlflow.spanOutputs": json(result) };
}

/** A text that is too long is a JSON string of its beginning, which readers can still parse. */
function json(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > maxLength ? JSON.stringify(`${text.slice(0, maxLength / 2)}…`) : text;
}
