import type { IncomingMessage } from "node:http";
import { isJsonContentType } from "@modelcontextprotocol/server";
import { HttpRefusal, rpcCode } from "./refusal.ts";

/**
 * Reads a request's body as JSON.
 * @param maxBytes what is longer is not read to its end
 * @throws HttpRefusal 415 for another content type, 413 for a larger body, 400 (-32700) for no JSON
 */
export async function readJson(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  if (!isJsonContentType(request.headers["content-type"])) {
    throw new HttpRefusal(
      415,
      "The content type is not application/json: send one JSON-RPC message as JSON.",
    );
  }
  const text = new TextDecoder().decode(await readBytes(request, maxBytes));
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpRefusal(400, "Parse error: the body is not valid JSON.", {}, rpcCode.parseError);
  }
}

/**
 * Reads a request's body as it is.
 * @param maxBytes what is longer is not read to its end
 * @throws HttpRefusal 413 for a larger body, 400 for one that breaks off
 */
export function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const done = () => {
      request.off("data", take).off("end", whole).off("error", brokenOff).off("close", brokenOff);
    };
    const tooLarge = () => {
      done();
      // A client that is still sending reads no answer: the rest is read, as far as it comes in
      // time, and thrown away.
      request.on("error", () => undefined).resume();
      reject(new HttpRefusal(413, `The body is larger than ${maxBytes} bytes.`));
    };
    const take = (chunk: Buffer) => {
      length += chunk.length;
      if (length > maxBytes) return tooLarge();
      chunks.push(chunk);
    };
    const whole = () => {
      done();
      resolve(Buffer.concat(chunks, length));
    };
    const brokenOff = () => {
      done();
      reject(new HttpRefusal(400, "The body did not arrive whole.", {}, rpcCode.parseError));
    };
    if (request.destroyed) return brokenOff();
    if (Number(request.headers["content-length"] ?? 0) > maxBytes) return tooLarge();
    request.on("data", take).on("end", whole).on("error", brokenOff).on("close", brokenOff);
  });
}
