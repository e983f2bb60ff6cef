import { furtherContent } from "../registry/template/empty-messages.ts";
import type { ChatMessage, ContentPart } from "../registry/types.ts";
import { type Content, concatenate, isBlank, textOf } from "./content.ts";
import { labelled, toolCall } from "./labels.ts";
import { partContents } from "./parts.ts";

/** Keys of messages that this module has a form for. */
const known = new Set(["parts", "tool_calls", "function_call", "refusal", "tool_call_id"]);

/**
 * Converts what a message says to MCP contents, in order: its content, then a line for each tool call
 * and for a refusal. What else an application keeps in a message is shown only where there is nothing
 * but that.
 */
export function messageContents(message: ChatMessage): readonly Content[] {
  const said = contentOf(message);
  const further = furtherContent(message);
  if (further.length === 0) return said;
  const lines = further.flatMap(([key, value]) => linesOf(key, value));
  const contents = lines.length === 0 ? said : concatenate(said, [textOf(lines.join("\n"))], "\n");
  if (contents.some((content) => !isBlank(content))) return contents;
  const unknown = further.filter(([key]) => !known.has(key));
  return unknown.map(([key, value]) => textOf(labelled(key, value)));
}

/** Gemini's messages have `parts` and no content. */
function contentOf({ content, parts }: ChatMessage): readonly Content[] {
  if (typeof content === "string") return [textOf(content)];
  return (content ?? objectsIn(parts)).flatMap(partContents);
}

function linesOf(key: string, value: unknown): readonly string[] {
  if (key === "tool_calls") return objectsIn(value).map(callLine);
  if (key === "function_call") return [callLine({ function: value })];
  return key === "refusal" ? [`[refusal] ${value}`] : [];
}

/** OpenAI has the call's name and arguments in `function`, LangChain in `name` and `args`. */
function callLine(call: Readonly<Record<string, unknown>>): string {
  const { id, name, args, function: called } = call;
  if (typeof called !== "object" || called === null) return toolCall(name, id, args ?? call.input);
  return toolCall(Reflect.get(called, "name"), id, Reflect.get(called, "arguments"));
}

function objectsIn(list: unknown): readonly ContentPart[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((one: unknown) =>
    typeof one === "object" && one !== null ? [{ ...one }] : [],
  );
}
