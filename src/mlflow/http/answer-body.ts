import { pipeline, type Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { createGunzip } from "node:zlib";

/**
 * The most that is read of one answer, decoded. A page of 20 prompts takes 24 MB if each has the
 * longest text there can be: 100,000 characters, which MLflow writes in up to 12 bytes each (3.8 to
 * 3.17). What is larger is asked for in parts (`splitRequest`).
 */
export const mostAnswerBytes = 32 * 1024 * 1024;

/** What requests say of the encodings that `readText` decodes. */
export const acceptedEncoding = "gzip";

/** A body that is not read to its end. */
export class BodyError extends Error {
  readonly code: "ANSWER_TOO_LARGE" | "ENCODING_NOT_ASKED_FOR";

  constructor(code: BodyError["code"]) {
    super(code);
    this.code = code;
  }
}

/**
 * The text of an answer's body, decoded as it comes: of one that is larger no more is decoded than
 * may be read.
 * @param encoding the Content-Encoding header
 * @throws BodyError; zlib's error for what is no complete gzip; the stream's own
 */
export async function readText(
  body: Readable,
  encoding: string | undefined,
  mostBytes = mostAnswerBytes,
): Promise<string> {
  const decoded: AsyncIterable<Buffer> = decodedFrom(body, encoding);
  // Text from the first byte on: buffers of megabytes stay in memory longer, since V8 sees little
  // of what they take.
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

function decodedFrom(body: Readable, encoding = "identity"): Readable {
  switch (encoding.toLowerCase()) {
    case "identity":
    case "":
      return body;
    case "gzip":
    case "x-gzip":
      // Whatever ends one of them ends the other; who reads is told.
      return pipeline(body, createGunzip(), () => {});
    default:
      // undici's stream fails when it is destroyed before its end.
      body.on("error", () => {}).destroy();
      throw new BodyError("ENCODING_NOT_ASKED_FOR");
  }
}
