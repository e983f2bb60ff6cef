import * as z from "zod";
import { placeholderName } from "../placeholder-name.ts";
import type { Template, TemplateMessage } from "../types.ts";

/** `mlflow.types.chat.ChatMessage` of MLflow 3.17.2. Further keys are accepted everywhere. */
const text = z.string();
const part = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("text"), text }),
  z.looseObject({
    type: z.literal("image_url"),
    image_url: z.looseObject({ url: text, detail: z.enum(["auto", "low", "high"]).nullish() }),
  }),
  z.looseObject({
    type: z.literal("input_audio"),
    input_audio: z.looseObject({ data: text, format: z.enum(["wav", "mp3"]) }),
  }),
  z.looseObject({
    type: z.literal("reasoning"),
    summary: z.array(z.looseObject({ type: z.literal("summary_text"), text })).optional(),
  }),
]);
const toolCall = z.looseObject({
  id: text,
  type: text.optional(),
  function: z.looseObject({ name: text.nullish(), arguments: text.nullish() }),
  thought_signature: text.nullish(),
});
const parts = z.array(part);
const message = z.looseObject({
  role: text,
  tool_calls: z.array(toolCall).nullish(),
  refusal: text.nullish(),
  tool_call_id: text.nullish(),
});

/** What MLflow's own client cannot read: the place in the messages, and what to write instead. */
export interface Unreadable {
  readonly place: string;
  readonly instead?: string;
}

/**
 * Returns the first place for which MLflow's Python client (3.17.2) refuses to load a version that its
 * server and this one accept; undefined when the client loads it.
 */
export function mlflowUnreadable(template: Template): Unreadable | undefined {
  if (template.kind !== "chat") return undefined;
  for (const [index, entry] of template.messages.entries()) {
    const path = firstProblem(entry);
    if (path === undefined) continue;
    const name = placeholderName(entry);
    const instead = `{"role": "placeholder", "content": "{{ ${name} }}"}`;
    const place = [`messages[${index}]`, ...path].join(".");
    return name === undefined ? { place } : { place, instead };
  }
  return undefined;
}

function firstProblem(entry: TemplateMessage): readonly string[] | undefined {
  const read = message.safeParse(entry);
  if (!read.success) return (read.error.issues[0]?.path ?? []).map(String);
  if (!Array.isArray(entry.content)) return undefined;
  const content = parts.safeParse(entry.content);
  return content.success
    ? undefined
    : ["content", ...(content.error.issues[0]?.path ?? []).map(String)];
}
