import type { Readable, Writable } from "node:stream";
import {
  type JSONRPCMessage,
  ProtocolErrorCode,
  type RequestId,
  type Transport,
  type TransportSendOptions,
} from "@modelcontextprotocol/server";
import { type CheckedMessage, checkMessage, type MessageRefusal } from "../server/message-check.ts";
import { parseMessage } from "../server/parse-message.ts";
import { Lines, tooLong } from "./lines.ts";

/** The limits of stdio. */
export const stdioLimits = {
  /** Of one message: as many bytes as over HTTP by default. */
  lineBytes: 4 * 1_024 * 1_024,
  /** Requests served at once. Further ones wait in the pipe. */
  working: 64,
  /** Requests without a response, including those that wait for the client. */
  unanswered: 1_024,
  /** Bytes that standard output has not taken yet; with more, nothing is read. */
  unwrittenBytes: 1_024 * 1_024,
} as const;

/** JSON-RPC 2.0, 5.1: a server's own errors. */
const tooManyCode = -32_000;

/**
 * MCP over standard input and output, one message per line (MCP 2025-11-25, Transports, stdio). An
 * invalid message gets an error response and goes no further. While too many requests are being
 * served, or too much output waits, nothing more is read and the rest stays in the pipe.
 */
export class StdioTransport implements Transport {
  onclose: Transport["onclose"];
  onerror: Transport["onerror"];
  onmessage: Transport["onmessage"];
  readonly #stdin: Readable;
  readonly #stdout: Writable;
  readonly #lines = new Lines(stdioLimits.lineBytes);
  readonly #unanswered = new Set<RequestId>();
  /** Requests without a response that do not wait for the client. */
  readonly #working = new Set<RequestId>();
  /** Notifications that standard output has not taken yet. */
  readonly #unwritten = new Set<string>();
  #isReading = false;
  #isClosed = false;

  constructor(stdin: Readable, stdout: Writable) {
    this.#stdin = stdin;
    this.#stdout = stdout;
  }

  async start(): Promise<void> {
    if (this.#stdin.readableEnded || this.#stdin.destroyed) setImmediate(this.#disconnect);
    this.#stdout.on("error", this.#cannotWrite).on("drain", this.#read);
    this.#stdin.on("error", this.#report).on("end", this.#disconnect).on("close", this.#disconnect);
    this.#stdin.on("data", this.#take);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // The last write may still fail, so the error listener of standard output stays.
    this.#stdout.off("drain", this.#read);
    this.#stdin
      .off("error", this.#report)
      .off("end", this.#disconnect)
      .off("close", this.#disconnect);
    this.#stdin.off("data", this.#take).pause();
    this.onclose?.();
  }

  async send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    if (this.#isClosed) throw new Error("The client has disconnected.");
    const line = `${JSON.stringify(message)}\n`;
    if (!("method" in message)) this.answer(message.id, line);
    else if (!("id" in message)) this.#notify(line);
    else this.#sendRequest(line, options?.relatedRequestId);
  }

  /** Writes the answer of a request, in pieces that make one line. */
  protected answer(id: RequestId | null | undefined, ...pieces: (string | Uint8Array)[]): void {
    if (id !== undefined && id !== null) this.settle(id);
    if (pieces.length > 1) this.#stdout.cork();
    for (const piece of pieces) this.#stdout.write(piece);
    if (pieces.length > 1) this.#stdout.uncork();
    this.#readOn();
  }

  /** The request has its response, or gets none because it was cancelled. */
  protected settle(id: RequestId): void {
    this.#unanswered.delete(id);
    this.#working.delete(id);
  }

  /** Why a valid message is refused. */
  protected refusalOf(message: JSONRPCMessage): MessageRefusal | undefined {
    if (!("method" in message) || !("id" in message)) return undefined;
    const { id } = message;
    if (this.#unanswered.has(id)) {
      const message = "Invalid request: the request before with this id has no answer yet.";
      return { id: null, code: ProtocolErrorCode.InvalidRequest, message };
    }
    if (this.#unanswered.size < stdioLimits.unanswered) return undefined;
    const most = `${stdioLimits.unanswered} requests have no answer yet`;
    return { id, code: tooManyCode, message: `${most}: answer or cancel some of them first.` };
  }

  readonly #take = (piece: Buffer) => {
    this.#lines.push(piece);
    this.#read();
  };

  readonly #disconnect = () => {
    void this.close();
  };

  readonly #report = (error: Error) => this.onerror?.(error);

  readonly #cannotWrite = (error: Error) => {
    if (this.#isClosed) return;
    this.onerror?.(error);
    this.#disconnect();
  };

  /** Reads lines until a limit is reached. Called again when more may be read. */
  readonly #read = () => {
    if (this.#isReading) return;
    this.#isReading = true;
    while (!this.#isClosed && !this.#isFull()) {
      const line = this.#lines.next();
      if (line === undefined) break;
      this.#receive(line);
    }
    this.#isReading = false;
    if (this.#isClosed) return;
    if (this.#isFull()) this.#stdin.pause();
    else if (this.#stdin.isPaused()) this.#stdin.resume();
  };

  #readOn(): void {
    if (this.#stdin.isPaused() && !this.#isFull()) this.#read();
  }

  #isFull(): boolean {
    return (
      this.#working.size >= stdioLimits.working ||
      this.#stdout.writableLength > stdioLimits.unwrittenBytes
    );
  }

  #receive(line: string | typeof tooLong): void {
    if (line !== tooLong && line.trim() === "") return;
    const checked = checkLine(line);
    const refusal = checked.refusal ?? this.refusalOf(checked.message);
    if (refusal) this.#refuse(refusal);
    else if (checked.message) this.#deliver(checked.message);
  }

  #deliver(message: JSONRPCMessage): void {
    this.#note(message);
    try {
      this.onmessage?.(message);
    } catch (error) {
      this.onerror?.(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #note(message: JSONRPCMessage): void {
    if (!("method" in message)) return;
    if ("id" in message) {
      this.#unanswered.add(message.id);
      // It is answered when it ends.
      if (message.method !== "subscriptions/listen") this.#working.add(message.id);
      return;
    }
    if (message.method !== "notifications/cancelled") return;
    const id = message.params?.requestId;
    if (typeof id === "string" || typeof id === "number") this.settle(id);
  }

  /**
   * JSON-RPC 2.0 (5) wants null for an id that could not be read. MCP's own schema has no null
   * there (2025-11-25, JSONRPCErrorResponse) and lets the id be absent; clients that follow it
   * report such an answer and go on, and those that follow JSON-RPC are told.
   */
  #refuse({ id, code, message }: MessageRefusal): void {
    if (id === undefined) {
      this.onerror?.(new Error(message));
      return;
    }
    this.answer(undefined, `${JSON.stringify({ jsonrpc: "2.0", id, error: { code, message } })}\n`);
  }

  /** The related request now waits for the client, so it no longer counts as served: the response must be read. */
  #sendRequest(line: string, requestId: RequestId | undefined): void {
    this.#stdout.write(line);
    if (requestId !== undefined) this.#working.delete(requestId);
    this.#readOn();
  }

  /** Omits a notification that is equal to one the client has not read yet. */
  #notify(line: string): void {
    if (this.#unwritten.has(line)) return;
    this.#unwritten.add(line);
    this.#stdout.write(line, () => this.#unwritten.delete(line));
  }
}

function checkLine(line: string | typeof tooLong): CheckedMessage {
  if (line === tooLong) {
    const message = `Invalid request: a line has more than ${stdioLimits.lineBytes} bytes.`;
    return { refusal: { id: null, code: ProtocolErrorCode.InvalidRequest, message } };
  }
  let json: unknown;
  try {
    json = parseMessage(line);
  } catch {
    const message = "Parse error: the line is not valid JSON.";
    return { refusal: { id: null, code: ProtocolErrorCode.ParseError, message } };
  }
  return checkMessage(json);
}
