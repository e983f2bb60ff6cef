import type { ServerResponse } from "node:http";
import type { Reservation, SharedLimit } from "./shared-limit.ts";

/**
 * Writes answers to clients that may not read them. What waits to be read is bounded over all and
 * for each caller; who leaves more unread, or reads nothing for too long, is hung up on.
 */
export class ResponseWriter {
  readonly #unread: SharedLimit;
  readonly #patienceMs: number;

  /**
   * @param unread bytes that wait to be read
   * @param patienceMs after so long in which a client reads nothing of an answer, it is given up
   */
  constructor(unread: SharedLimit, patienceMs: number) {
    this.#unread = unread;
    this.#patienceMs = patienceMs;
  }

  /** Resolves when an answer that has ended is written, or its client has gone. */
  async written(response: ServerResponse, caller: string): Promise<void> {
    if (response.writableLength === 0 || response.destroyed) return;
    const room = this.#unread.take(caller, 0);
    await this.#written(response, room);
  }

  /**
   * Writes events as they come: whoever sends them does not wait for the client. Resolves when they
   * have ended and are written, or the client has gone.
   */
  async events(
    events: ReadableStream<Uint8Array>,
    response: ServerResponse,
    caller: string,
  ): Promise<void> {
    const reader = events.getReader();
    const room = this.#unread.take(caller, 0);
    // The end of its stream tells whoever writes to it.
    const gone = () => void reader.cancel().catch(() => undefined);
    const drained = () => room.resize(response.writableLength);
    response.once("close", gone).on("drain", drained);
    try {
      await copy(reader, response, room);
      response.off("drain", drained);
      await this.#written(response, room);
    } catch {
      // Too much of it is unread, or its source has failed: the client sees that it breaks off.
      response.destroy();
      gone();
    } finally {
      response.off("close", gone).off("drain", drained);
      room.release();
    }
  }

  async #written(response: ServerResponse, room: Reservation): Promise<void> {
    try {
      room.resize(response.writableLength);
      if (response.writableLength === 0 || response.destroyed) return;
      await new Promise<void>((resolve) => {
        response.once("close", resolve);
        response.setTimeout(this.#patienceMs, () => response.destroy());
      });
    } catch {
      response.destroy();
    } finally {
      room.release();
    }
  }
}

async function copy(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  response: ServerResponse,
  room: Reservation,
): Promise<void> {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    response.write(value);
    room.resize(response.writableLength);
  }
  response.end();
}
