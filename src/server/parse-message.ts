import { parseJson } from "../registry/json.ts";
import { readJson } from "../registry/read-json.ts";

/**
 * Parses a JSON-RPC message. The arguments of a tool keep the spelling of their numbers, because they
 * can be values and schemas, in which 1234567890123456789 and `1.0` must stay what they are.
 * @throws SyntaxError
 */
export function parseMessage(text: string): unknown {
  const message: unknown = readJson(text);
  if (!callsTool(message)) return message;
  const exact: unknown = parseJson(text);
  if (!callsTool(exact)) return message;
  return { ...message, params: { ...message.params, arguments: exact.params.arguments } };
}

interface ToolCall {
  readonly params: { readonly arguments: unknown };
}

function callsTool(message: unknown): message is ToolCall {
  return (
    isObject(message) &&
    "method" in message &&
    message.method === "tools/call" &&
    "params" in message &&
    isObject(message.params) &&
    "arguments" in message.params
  );
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
