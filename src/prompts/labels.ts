import { stringifyJson } from "../registry/json.ts";
import { meaningOf } from "../registry/template/roles.ts";
import { toOneLine } from "../registry/text/one-line.ts";
import type { ChatMessage } from "../registry/types.ts";

/** What stands for something that MCP has no form for: a label in brackets, on one line. */
export function label(...words: readonly unknown[]): string {
  const shown = words.filter((word) => typeof word === "string" && word !== "");
  return `[${toOneLine(shown.join(" "))}]`;
}

/** A label, and behind it what it stands for, as JSON. */
export function labelled(name: string, value: unknown): string {
  return `${label(name)} ${stringifyJson(value)}`;
}

/**
 * A message's role, its name, and the id of the call it answers: `[tool get_weather call_1]`. Roles
 * that mean user or assistant are called so.
 */
export function messageLabel({ role, name, tool_call_id: callId }: ChatMessage): string {
  const meaning = meaningOf(role);
  const shown = meaning === "user" || meaning === "assistant" ? meaning : role;
  return label(shown, name, callId);
}

/** A tool call: `[tool call get_weather call_1] {"city": "Paris"}`. */
export function toolCall(name: unknown, id: unknown, args: unknown): string {
  const given = typeof args === "string" ? args : stringifyJson(args ?? {});
  return `${label("tool call", name, id)} ${given}`.trimEnd();
}
