import type { IncomingMessage, ServerResponse } from "node:http";
import type { ResponseWriter } from "./limits/response-writer.ts";
import { isEventStream } from "./mcp/streams.ts";

/**
 * A request as the SDK takes it, without its body, which is parsed apart, and without the caller's
 * credential, which nothing that comes after needs to know.
 * @param signal aborted when the client has gone
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

/** Writes an answer as the SDK made it. Resolves when it is written or its reader has gone. */
export async function sendResponse(
  response: ServerResponse,
  answer: Response,
  answers: ResponseWriter,
  caller: string,
): Promise<void> {
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) {
    // The connection is this server's own: while it shuts down none is kept.
    if (name !== "connection") response.setHeader(name, value);
  }
  if (answer.body === null) {
    response.end();
    return;
  }
  if (!isEventStream(answer)) {
    response.end(Buffer.from(await answer.arrayBuffer()));
    await answers.written(response, caller);
    return;
  }
  response.flushHeaders();
  await answers.events(answer.body, response, caller);
}
