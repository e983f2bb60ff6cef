import type { IncomingMessage } from "node:http";
import { isJsonContentType } from "@modelcontextprotocol/server";
import { HttpRefusal, rpcCode, tooMany } from "../refusal.ts";
import type { Reservation, SharedLimit } from "./shared-limit.ts";

/** Each body counts as at least so many bytes: its connection takes about as much. */
const leastBytes = 16 * 1024;

/** A request's body, which counts until it is released. */
export interface Body<Content> {
  readonly content: Content;
  readonly release: () => void;
}

/**
 * Reads the bodies of requests. What has arrived of all of them, and what has been read and is still
 * in use, is bounded by a limit of bytes, of which each sender has a share. When it is used up, the
 * body that has been arriving the longest is given up: slow senders keep nobody out.
 */
export class BodyReader {
  readonly #maxBytes: number;
  readonly #limit: SharedLimit;

  /** @param maxBytes of one body: what is longer is not read to its end */
  constructor(maxBytes: number, limit: SharedLimit) {
    this.#maxBytes = maxBytes;
    this.#limit = limit;
  }

  /**
   * Reads it as JSON.
   * @throws HttpRefusal 415 for another content type, 400 (-32700) for no JSON, and as `bytes` does
   */
  async json(request: IncomingMessage, sender: string): Promise<Body<unknown>> {
    if (!isJsonContentType(request.headers["content-type"])) {
      throw new HttpRefusal(
        415,
        "The content type is not application/json: send one JSON-RPC message as JSON.",
      );
    }
    const { content, release } = await this.bytes(request, sender);
    try {
      return { content: JSON.parse(new TextDecoder().decode(content)), release };
    } catch {
      release();
      throw new HttpRefusal(
        400,
        "Parse error: the body is not valid JSON.",
        {},
        rpcCode.parseError,
      );
    }
  }

  /**
   * Reads it as it is.
   * @throws HttpRefusal 413 for a larger body, 429 when there is no room for it, 400 for one that
   *   breaks off
   */
  bytes(request: IncomingMessage, sender: string): Promise<Body<Buffer>> {
    return new Promise((resolve, reject) => {
      const refuse = (refusal: unknown) => {
        end();
        body?.release();
        // A client that is still sending reads no answer: the rest is read, as far as it comes in
        // time, and thrown away.
        request.on("error", () => undefined).resume();
        reject(refusal);
      };
      const take = (chunk: Buffer) => {
        try {
          body?.add(chunk);
        } catch (refusal) {
          refuse(refusal);
        }
      };
      const whole = () => {
        end();
        if (body) resolve(body.whole());
      };
      const breakOff = () =>
        refuse(new HttpRefusal(400, "The body did not arrive whole.", {}, rpcCode.parseError));
      const end = () => {
        request.off("data", take).off("end", whole).off("error", breakOff).off("close", breakOff);
      };
      let body: ArrivingBody | undefined;
      if (request.destroyed) return breakOff();
      try {
        checkLength(Number(request.headers["content-length"] ?? 0), this.#maxBytes);
        body = new ArrivingBody(this.#maxBytes, this.#limit, sender, refuse);
      } catch (refusal) {
        return refuse(refusal);
      }
      request.on("data", take).on("end", whole).on("error", breakOff).on("close", breakOff);
    });
  }
}

/** What has arrived of a body, which takes no more memory than it counts for. */
class ArrivingBody {
  readonly #maxBytes: number;
  readonly #held: Reservation;
  #bytes = Buffer.alloc(0);
  #length = 0;

  /** @throws HttpRefusal 429 */
  constructor(
    maxBytes: number,
    limit: SharedLimit,
    sender: string,
    givenUp: (refusal: HttpRefusal) => void,
  ) {
    this.#maxBytes = maxBytes;
    this.#held = limit.take(sender, leastBytes, () =>
      givenUp(tooMany("The body took long to arrive, and others need the room for theirs.", 1)),
    );
  }

  /** @throws HttpRefusal 413, 429 */
  add(chunk: Buffer): void {
    const length = this.#length + chunk.length;
    checkLength(length, this.#maxBytes);
    if (length > this.#bytes.length) {
      const capacity = Math.min(this.#maxBytes, Math.max(length, 2 * this.#bytes.length));
      this.#held.resize(Math.max(leastBytes, capacity));
      const grown = Buffer.allocUnsafe(capacity);
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    chunk.copy(this.#bytes, this.#length);
    this.#length = length;
  }

  whole(): Body<Buffer> {
    this.#held.fix();
    return { content: this.#bytes.subarray(0, this.#length), release: () => this.release() };
  }

  /** What counts no more is kept no more, however long its connection stays open. */
  release(): void {
    this.#held.release();
    this.#bytes = Buffer.alloc(0);
  }
}

function checkLength(length: number, maxBytes: number): void {
  if (length > maxBytes) throw new HttpRefusal(413, `The body is larger than ${maxBytes} bytes.`);
}
