import type { ServerResponse } from "node:http";
import type { Reservation, SharedLimit } from "./shared-limit.ts";

/**
 * Writes responses to clients that may not read them. The unread bytes are limited in total and per
 * caller. A connection above the limit, or on which nothing is read for too long, is closed.
 */
export class ResponseWriter {
  readonly #unread: SharedLimit;
  readonly #timeoutMs: number;

  /**
   * @param unread bytes that are written and not read yet
   * @param timeoutMs a connection on which the client reads nothing for this long is closed
   */
  constructor(unread: SharedLimit, timeoutMs: number) {
    this.#unread = unread;
    this.#timeoutMs = timeoutMs;
  }

  /** Resolves when a response that has ended is written, or the client has disconnected. */
  async finish(response: ServerResponse, caller: string): Promise<void> {
    if (response.writableLength === 0 || response.destroyed) return;
    const reservation = this.#unread.take(caller, 0);
    await this.#finish(response, reservation);
  }

  /**
   * Writes events as they arrive: the source does not wait for the client. Resolves when the events
   * have ended and are written, or the client has disconnected.
   */
  async writeEvents(
    events: ReadableStream<Uint8Array>,
    response: ServerResponse,
    caller: string,
  ): Promise<void> {
    const reader = events.getReader();
    const reservation = this.#unread.take(caller, 0);
    const cancelSource = () => void reader.cancel().catch(() => undefined);
    const updateSize = () => reservation.resize(response.writableLength);
    response.once("close", cancelSource).on("drain", updateSize);
    try {
      await copy(reader, response, reservation);
      response.off("drain", updateSize);
      await this.#finish(response, reservation);
    } catch {
      // Too many bytes are unread, or the source has failed: the client sees an incomplete response.
      response.destroy();
      cancelSource();
    } finally {
      response.off("close", cancelSource).off("drain", updateSize);
      reservation.release();
    }
  }

  async #finish(response: ServerResponse, reservation: Reservation): Promise<void> {
    try {
      reservation.resize(response.writableLength);
      if (response.writableLength === 0 || response.destroyed) return;
      await new Promise<void>((resolve) => {
        response.once("close", resolve);
        response.setTimeout(this.#timeoutMs, () => response.destroy());
      });
    } catch {
      response.destroy();
    } finally {
      reservation.release();
    }
  }
}

async function copy(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  response: ServerResponse,
  reservation: Reservation,
): Promise<void> {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    response.write(value);
    reservation.resize(response.writableLength);
  }
  response.end();
}
