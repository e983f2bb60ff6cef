import * as z from "zod";
import { HttpRefusal, rpcCode } from "./refusal.ts";

/** The SDK's own limit for a 2025-03-26 batch, kept before its messages are looked at. */
const largestBatch = 100;

/** A JSON-RPC request or notification, as far as it is looked at before the SDK does. */
const call = z.object({
  method: z.string(),
  params: z
    .object({ name: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

export interface McpCall {
  readonly method: string;
  /** Of a tool or a prompt. */
  readonly name?: string;
}

/**
 * The calls in a request's body: one, several in a 2025-03-26 batch, none in a client's answers.
 * @throws HttpRefusal 400 for a batch of more than 100 messages
 */
export function callsIn(body: unknown): readonly McpCall[] {
  const messages: unknown[] = Array.isArray(body) ? body : [body];
  if (messages.length > largestBatch) {
    throw new HttpRefusal(
      400,
      `The batch has ${messages.length} messages. Send at most ${largestBatch} at once.`,
      {},
      rpcCode.invalidRequest,
    );
  }
  return messages.flatMap((message) => {
    const parsed = call.safeParse(message);
    if (!parsed.success) return [];
    const { method, params } = parsed.data;
    return [{ method, ...(params?.name === undefined ? {} : { name: params.name }) }];
  });
}
