import { spanContents, spanOutputs } from "../../registry/evaluation/stored-trace.ts";
import { pythonJson, stringifyJson } from "../../registry/json.ts";
import type { PromptTrace } from "../../registry/traces.ts";
import type { Span } from "./spans.ts";

/**
 * The spans of a trace: the run, and within it the call of the model.
 * @param name of the root
 * @param ids 16 hexadecimal digits each
 */
export function spansOf(
  trace: PromptTrace,
  name: string,
  ids: { readonly root: string; readonly chat: string },
): readonly Span[] {
  const { startedAt, endedAt, error } = trace;
  const times = { startedAt, endedAt, ...(error === undefined ? {} : { error }) };
  const { root, chat } = spanContents(trace, name);
  return [
    { ...times, spanId: ids.root, name: root.name, attributes: asTexts(root.attributes) },
    {
      ...times,
      spanId: ids.chat,
      parentSpanId: ids.root,
      name: chat.name,
      attributes: asTexts(chat.attributes),
    },
  ];
}

function asTexts(attributes: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [
      key,
      key === spanOutputs ? outputText(value) : pythonJson(value),
    ]),
  );
}

/** MLflow before 3.11 returns a list as this text, which is then the same as other JSON text of ours. */
function outputText(outputs: unknown): string {
  return typeof outputs === "string" ? pythonJson(outputs) : stringifyJson(outputs);
}
