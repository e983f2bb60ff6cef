import type { IncomingMessage, ServerResponse } from "node:http";
import type { ResponseWriter } from "./limits/response-writer.ts";
import { isEventStream } from "./mcp/streams.ts";
import { forPages } from "./ui/page-challenge.ts";

/**
 * Converts a request for the SDK, without the body, which is parsed separately, and without the
 * caller's credential, which the SDK does not need.
 * @param signal aborted when the client disconnects
 */
export function toWebRequest(
  { method = "GET", headers }: IncomingMessage,
  url: URL,
  signal: AbortSignal,
): Request {
  const kept = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || name === "authorization" || name === "cookie") continue;
    kept.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  return new Request(url, { method, headers: kept, signal });
}

/** Writes a response of the SDK. Resolves when it is written or the client has disconnected. */
export async function sendResponse(
  response: ServerResponse,
  answer: Response,
  writer: ResponseWriter,
  caller: string,
): Promise<void> {
  response.statusCode = answer.status;
  for (const [name, value] of Object.entries(
    forPages(response.req, Object.fromEntries(answer.headers)),
  )) {
    // This server decides about the connection: during shutdown it is closed.
    if (name !== "connection") response.setHeader(name, value);
  }
  if (answer.body === null) {
    response.end();
    return;
  }
  if (!isEventStream(answer)) {
    response.end(Buffer.from(await answer.arrayBuffer()));
    await writer.finish(response, caller);
    return;
  }
  response.flushHeaders();
  await writer.writeEvents(answer.body, response, caller);
}
