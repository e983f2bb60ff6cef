import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { once } from "../../registry/concurrency/once.ts";

/**
 * A text that stays the same while the server runs. It is compressed when first asked for, and once: with
 * gzip, which takes some milliseconds. Brotli would save 13 % more, and let the first reader wait a second.
 */
export class StoredText {
  readonly #type: string;
  readonly #hash: string;
  readonly #plain: Buffer;
  readonly #gzipped: () => Promise<Buffer>;

  /** @param type its content type */
  constructor(type: string, text: string) {
    this.#type = type;
    this.#plain = Buffer.from(text);
    this.#hash = hashOf(this.#plain);
    this.#gzipped = once(() => promisify(gzip)(this.#plain));
  }

  /** Answers 200, or 304 to who has the same text with the same headers already (RFC 9110, 13.1.2). */
  async send(
    { headers: { "accept-encoding": accepted, "if-none-match": known } }: IncomingMessage,
    response: ServerResponse,
    headers: Readonly<Record<string, string>>,
  ): Promise<void> {
    const isGzipped = acceptsGzip(accepted ?? "");
    // Browsers need not take other headers from a 304, such as another policy.
    const etag = `"${hashOf(JSON.stringify([this.#hash, isGzipped, headers]))}"`;
    const kept = { ...headers, etag, vary: "accept-encoding" };
    if (isKnown(etag, known ?? "")) {
      response.writeHead(304, kept).end();
      return;
    }
    const body = isGzipped ? await this.#gzipped() : this.#plain;
    response
      .writeHead(200, {
        ...kept,
        "content-type": this.#type,
        "content-length": body.byteLength,
        ...(isGzipped ? { "content-encoding": "gzip" } : {}),
      })
      .end(body);
  }
}

function hashOf(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("base64url");
}

/** Whether `Accept-Encoding` names it, and with no weight of 0 (RFC 9110, 12.5.3). */
function acceptsGzip(accepted: string): boolean {
  return accepted
    .toLowerCase()
    .split(",")
    .map((item) => item.split(";").map((part) => part.trim()))
    .some(([coding, weight = ""]) => coding === "gzip" && !/^q=0(\.0*)?$/.test(weight));
}

/** Whether `If-None-Match` names it. The comparison is the weak one: proxies that compress make tags weak. */
function isKnown(etag: string, known: string): boolean {
  const tags = known.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes(etag) || tags.includes("*");
}
