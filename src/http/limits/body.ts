import type { IncomingMessage } from "node:http";
import { isJsonContentType } from "@modelcontextprotocol/server";
import { parseMessage } from "../../server/parse-message.ts";
import { HttpRefusal, rpcCode, tooMany } from "../refusal.ts";
import type { Reservation, SharedLimit } from "./shared-limit.ts";

/** The minimum a body counts for: its connection needs about as much memory. */
const minBytes = 16 * 1024;

/** A request's body, which counts against the limit until it is released. */
export interface Body<Content> {
  readonly content: Content;
  readonly release: () => void;
}

/**
 * Reads the bodies of requests. The bytes of all bodies, received in part or still in use, are
 * limited, and each sender has a share of the limit. At the limit the body that has been arriving the
 * longest is refused, so that slow senders do not block other senders.
 */
export class BodyReader {
  readonly #maxBytes: number;
  readonly #limit: SharedLimit;

  /** @param maxBytes of one body; a longer body is refused before its end */
  constructor(maxBytes: number, limit: SharedLimit) {
    this.#maxBytes = maxBytes;
    this.#limit = limit;
  }

  /**
   * Reads the body as a JSON-RPC message.
   * @throws HttpRefusal 415 for another content type, 400 (-32700) for invalid JSON, and as `bytes`
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
      return { content: parseMessage(new TextDecoder().decode(content)), release };
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
   * Reads the body as bytes.
   * @throws HttpRefusal 413 for a larger body, 429 at the limit of all bodies, 400 for an incomplete
   *   body
   */
  bytes(request: IncomingMessage, sender: string): Promise<Body<Buffer>> {
    return new Promise((resolve, reject) => {
      const refuse = (refusal: unknown) => {
        end();
        body?.release();
        // A client that is still sending does not read the response, so the rest is read, within the
        // request timeout, and discarded.
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
      const complete = () => {
        end();
        if (body) resolve(body.complete());
      };
      const refuseIncomplete = () =>
        refuse(new HttpRefusal(400, "The body is incomplete.", {}, rpcCode.parseError));
      const end = () => {
        request
          .off("data", take)
          .off("end", complete)
          .off("error", refuseIncomplete)
          .off("close", refuseIncomplete);
      };
      let body: ArrivingBody | undefined;
      if (request.destroyed) return refuseIncomplete();
      try {
        checkLength(Number(request.headers["content-length"] ?? 0), this.#maxBytes);
        body = new ArrivingBody(this.#maxBytes, this.#limit, sender, refuse);
      } catch (refusal) {
        return refuse(refusal);
      }
      request
        .on("data", take)
        .on("end", complete)
        .on("error", refuseIncomplete)
        .on("close", refuseIncomplete);
    });
  }
}

/** The received part of a body. It uses no more memory than it counts for. */
class ArrivingBody {
  readonly #maxBytes: number;
  readonly #reservation: Reservation;
  #bytes = Buffer.alloc(0);
  #length = 0;

  /** @throws HttpRefusal 429 */
  constructor(
    maxBytes: number,
    limit: SharedLimit,
    sender: string,
    onEvict: (refusal: HttpRefusal) => void,
  ) {
    this.#maxBytes = maxBytes;
    this.#reservation = limit.take(sender, minBytes, () =>
      onEvict(tooMany("The body arrived too slowly, and other requests need its memory.", 1)),
    );
  }

  /** @throws HttpRefusal 413, 429 */
  add(chunk: Buffer): void {
    const length = this.#length + chunk.length;
    checkLength(length, this.#maxBytes);
    if (length > this.#bytes.length) {
      const capacity = Math.min(this.#maxBytes, Math.max(length, 2 * this.#bytes.length));
      this.#reservation.resize(Math.max(minBytes, capacity));
      const grown = Buffer.allocUnsafe(capacity);
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    chunk.copy(this.#bytes, this.#length);
    this.#length = length;
  }

  complete(): Body<Buffer> {
    this.#reservation.pin();
    return { content: this.#bytes.subarray(0, this.#length), release: () => this.release() };
  }

  /** Frees the memory as well, since the connection may stay open for long. */
  release(): void {
    this.#reservation.release();
    this.#bytes = Buffer.alloc(0);
  }
}

function checkLength(length: number, maxBytes: number): void {
  if (length > maxBytes) throw new HttpRefusal(413, `The body is larger than ${maxBytes} bytes.`);
}
