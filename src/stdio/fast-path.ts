import type { Readable, Writable } from "node:stream";
import type { JSONRPCMessage, RequestId, TransportSendOptions } from "@modelcontextprotocol/server";
import { type Era, FastPath, toFastRequest } from "../server/fast-path.ts";
import { Cancellation, type FastRequest, type FastServer } from "../server/fast-server.ts";
import { ListenedStdio } from "./listeners.ts";

/** Standard input and output with the fast path. It hands every other message on to the SDK. */
export class FastStdio extends ListenedStdio {
  readonly #path = new FastPath();
  readonly #inFlight = new Map<RequestId, Cancellation>();
  #server: FastServer | undefined;
  #era: Era = "modern";
  /** A request that went to the SDK. Its result shows that the SDK has settled on the era. */
  #opening: RequestId | undefined;
  #isModern = false;

  constructor(stdin: Readable = process.stdin, stdout: Writable = process.stdout) {
    super(stdin, stdout);
  }

  /** Sets the server that the SDK made for the connection. */
  useServer(server: FastServer, era: Era): void {
    this.#server = server;
    this.#era = era;
  }

  override async start(): Promise<void> {
    const { onmessage } = this;
    this.onmessage = (message) => {
      const server = this.#server;
      const request = toFastRequest(message, this.#era);
      if (server && request && this.#isSettled(server)) {
        void this.#respond(server, request);
      } else {
        if (request && !this.#isModern) this.#opening = request.message.id;
        this.#cancelBy(message);
        onmessage?.(message);
      }
    };
    await super.start();
  }

  override async send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    if ("result" in message && message.id === this.#opening) this.#isModern = true;
    await super.send(message, options);
  }

  override async close(): Promise<void> {
    this.#path.close();
    await super.close();
  }

  /**
   * Whether the SDK can no longer change the connection's era. It settles on 2025 with `initialize`.
   * It settles on 2026-07-28 with the first request other than `server/discover`, so the first
   * request goes to the SDK.
   */
  #isSettled(server: FastServer): boolean {
    return this.#era === "modern" ? this.#isModern : server.getClientCapabilities() !== undefined;
  }

  async #respond(server: FastServer, request: FastRequest): Promise<void> {
    const { id } = request.message;
    const cancellation = new Cancellation();
    this.#inFlight.set(id, cancellation);
    const response = await this.#path.respond(server, request, cancellation);
    if (this.#inFlight.get(id) === cancellation) this.#inFlight.delete(id);
    if (response === undefined) return;
    const [text, page, rest = ""] = response.parts;
    if (page === undefined) this.answer(id, `${text}\n`);
    else this.answer(id, text, page, `${rest}\n`);
  }

  #cancelBy(message: JSONRPCMessage): void {
    if (!("method" in message) || message.method !== "notifications/cancelled") return;
    const id: unknown = message.params?.requestId;
    if (typeof id === "string" || typeof id === "number") this.#inFlight.get(id)?.cancel();
  }
}
