import { pipeline, type Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { createGunzip } from "node:zlib";

/**
 * Size limit of one decoded response body. A page of 20 prompts takes 24 MB if each has the longest
 * allowed text: 100,000 characters, which MLflow writes in up to 12 bytes each (3.8 to 3.17).
 * `splitRequest` splits a request whose response is larger.
 */
export const mostAnswerBytes = 32 * 1024 * 1024;

/** The Accept-Encoding header: what `readText` decodes. */
export const acceptedEncoding = "gzip";

/** A body that was rejected before its end. */
export class BodyError extends Error {
  readonly code: "ANSWER_TOO_LARGE" | "ENCODING_NOT_REQUESTED" | "STREAM_NOT_REQUESTED";

  constructor(code: BodyError["code"]) {
    super(code);
    this.code = code;
  }
}

/**
 * Reads and decodes a response body as a stream, so that decoding stops at `mostBytes`.
 * @param encoding the Content-Encoding header
 * @throws BodyError; zlib's error when the gzip is invalid or incomplete; the stream's own error
 */
export async function readText(
  body: Readable,
  encoding: string | undefined,
  mostBytes = mostAnswerBytes,
): Promise<string> {
  const decoded: AsyncIterable<Buffer> = decodedFrom(body, encoding);
  // Decode each chunk at once: large buffers stay in memory longer, because V8 does not count
  // most of their size.
  const decoder = new StringDecoder("utf8");
  let bytes = 0;
  let text = "";
  for await (const chunk of decoded) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new BodyError("ANSWER_TOO_LARGE");
    text += decoder.write(chunk);
  }
  return text + decoder.end();
}

/**
 * Refuses a stream of events, which may have no end.
 * @throws BodyError
 */
export function refuseStream(body: Readable, contentType: string | undefined): void {
  if (contentType?.toLowerCase().startsWith("text/event-stream") !== true) return;
  // undici's stream emits an error when it is destroyed before its end.
  body.on("error", () => {}).destroy();
  throw new BodyError("STREAM_NOT_REQUESTED");
}

function decodedFrom(body: Readable, encoding = "identity"): Readable {
  switch (encoding.toLowerCase()) {
    case "identity":
    case "":
      return body;
    case "gzip":
    case "x-gzip":
      // `pipeline` destroys both streams when one fails; the reader gets the error.
      return pipeline(body, createGunzip(), () => {});
    default:
      // undici's stream emits an error when it is destroyed before its end.
      body.on("error", () => {}).destroy();
      throw new BodyError("ENCODING_NOT_REQUESTED");
  }
}
