import type { Readable, Writable } from "node:stream";
import type { JSONRPCMessage, JSONRPCRequest } from "@modelcontextprotocol/server";
import { type DirectServer, directMethods, GivingUp } from "../server/fast-server.ts";
import { ListenedStdio } from "./listeners.ts";

/** What the parameters of a plain request may hold, and their `_meta`. */
const plainParameters: ReadonlySet<string> = new Set(["name", "arguments", "cursor", "_meta"]);
const plainMeta: ReadonlySet<string> = new Set(["progressToken"]);

/**
 * Standard input and output where the plain requests that agents make most are answered without the
 * SDK's channels, and at half of what it takes through these: `prompts/list` and `prompts/get` of a
 * 2025-era client that has said who it is. Everything else goes on to the SDK;
 * `test/direct-stdio.test.ts` holds one way against the other.
 */
export class DirectStdio extends ListenedStdio {
  readonly #underWay = new Map<string | number, GivingUp>();
  #server: DirectServer | undefined;

  constructor(stdin: Readable = process.stdin, stdout: Writable = process.stdout) {
    super(stdin, stdout);
  }

  /** The server of the connection, when its client has turned out to be of the 2025 era. */
  answersWith(server: DirectServer): void {
    this.#server = server;
  }

  override async start(): Promise<void> {
    const { onmessage } = this;
    this.onmessage = (message) => {
      const server = this.#server;
      if (server?.getClientCapabilities() !== undefined && isPlain(message)) {
        void this.#answer(server, message);
      } else {
        this.#noteCancelled(message);
        onmessage?.(message);
      }
    };
    await super.start();
  }

  override async close(): Promise<void> {
    for (const givingUp of this.#underWay.values()) givingUp.now();
    await super.close();
  }

  /** It never rejects: what fails is an answer as well. */
  async #answer(server: DirectServer, message: JSONRPCRequest): Promise<void> {
    const { id } = message;
    const givingUp = new GivingUp();
    this.#underWay.set(id, givingUp);
    const { parts } = await server.answer({ message }, givingUp);
    if (this.#underWay.get(id) === givingUp) this.#underWay.delete(id);
    if (givingUp.isDone) return;
    const [text, page, rest = ""] = parts;
    if (page === undefined) this.answer(id, `${text}\n`);
    else this.answer(id, text, page, `${rest}\n`);
  }

  #noteCancelled(message: JSONRPCMessage): void {
    if (!("method" in message) || message.method !== "notifications/cancelled") return;
    const id: unknown = message.params?.requestId;
    if (typeof id === "string" || typeof id === "number") this.#underWay.get(id)?.now();
  }
}

function isPlain(message: JSONRPCMessage): message is JSONRPCRequest {
  if (!("method" in message) || !("id" in message)) return false;
  const { method, params = {} } = message;
  if (!directMethods.has(method) || !holdsOnly(params, plainParameters)) return false;
  return params._meta === undefined || holdsOnly(params._meta, plainMeta);
}

function holdsOnly(object: object, keys: ReadonlySet<string>): boolean {
  for (const key in object) if (!keys.has(key)) return false;
  return true;
}
