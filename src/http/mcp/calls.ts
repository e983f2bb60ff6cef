import { ProtocolErrorCode } from "@modelcontextprotocol/server";
import { checkMessage, type MessageRefusal } from "../../server/message-check.ts";
import { HttpRefusal, rpcCode } from "../refusal.ts";

/** The SDK's own limit for a 2025-03-26 batch, kept before its messages are looked at. */
const largestBatch = 100;

export interface McpCall {
  readonly method: string;
  /** Of a tool or a prompt. */
  readonly name?: string;
}

/**
 * The calls in a request's body: one, several in a 2025-03-26 batch, or none in a client's responses.
 * @param body undefined for a request that has none
 * @throws HttpRefusal for a body that is not JSON-RPC, a message that `checkMessage` refuses, and a
 *   batch of more than 100 messages
 */
export function callsIn(body: unknown): readonly McpCall[] {
  if (body === undefined) return [];
  const messages: unknown[] = Array.isArray(body) ? body : [body];
  if (messages.length > largestBatch) {
    throw new HttpRefusal(
      400,
      `The batch has ${messages.length} messages. Send at most ${largestBatch} at once.`,
      {},
      rpcCode.invalidRequest,
    );
  }
  return messages.flatMap((json) => {
    const { message, refusal } = checkMessage(json);
    if (refusal) throw answerOf(refusal);
    if (!("method" in message)) return [];
    const { method, params } = message;
    const name = params?.name;
    return [{ method, ...(typeof name === "string" ? { name } : {}) }];
  });
}

/** Invalid parameters get a JSON-RPC error with status 200, as from a handler. */
function answerOf({ code, message, id }: MessageRefusal): HttpRefusal {
  const isAnswer = code === ProtocolErrorCode.InvalidParams && id !== undefined;
  return new HttpRefusal(isAnswer ? 200 : 400, message, {}, code, id);
}
