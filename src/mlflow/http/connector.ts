import { Socket } from "node:net";
import type { buildConnector } from "undici";
import { ConnectionError } from "./connection-error.ts";

type Connect = buildConnector.connector;

/** Limits the time of each connection attempt, and ends the pending ones on `close`. */
export class Connector {
  readonly #timeoutMs: number;
  readonly #pending = new Set<(error: Error) => void>();

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Adds a time limit to a connector. undici's own limit is accurate only to half a second.
   * @param translate maps the error of a failed attempt to the error of the request
   */
  limited(connect: Connect, translate = (error: Error): Error => error): Connect {
    return (options, callback) => {
      let isSettled = false;
      let attempt: unknown;
      const settle: buildConnector.Callback = (...[error, socket]) => {
        if (isSettled) {
          socket?.destroy();
          return;
        }
        isSettled = true;
        clearTimeout(timer);
        this.#pending.delete(end);
        if (error) callback(translate(error), null);
        else if (socket) callback(null, socket);
      };
      const end = (error: Error) => {
        settle(error, null);
        if (attempt instanceof Socket) attempt.destroy();
      };
      const timer = setTimeout(() => end(new ConnectionError("CONNECT_TIMEOUT")), this.#timeoutMs);
      this.#pending.add(end);
      attempt = connect(options, settle);
    };
  }

  close(): void {
    for (const end of this.#pending) end(new ConnectionError("CONNECTIONS_CLOSED"));
  }
}
