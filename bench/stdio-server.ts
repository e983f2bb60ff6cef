import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resultOf } from "./answers.ts";
import { serverEnvironment } from "./environment.ts";
import type { Command } from "./measured-servers.ts";

const notification = /^\{("jsonrpc":"2\.0",)?"method":/;

/** An answer as it came, and when: `performance.now()` at its last byte. */
export interface Answer {
  readonly text: string;
  readonly at: number;
}

/**
 * A server as a child process, with one JSON-RPC request at a time. The SDK's client would take
 * longer than the measured servers.
 */
export class StdioServer {
  /** When it was spawned, as `performance.now()`. */
  readonly spawnedAt: number;
  readonly #child: ChildProcess;
  #lastId = 0;
  #chunks: Buffer[] = [];
  #waiting: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;

  constructor({ args, variables = {} }: Command) {
    this.spawnedAt = performance.now();
    this.#child = spawn(process.execPath, args, {
      env: serverEnvironment(variables),
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#child.stdout?.on("data", (chunk: Buffer) => this.#read(chunk));
    this.#child.once("exit", () => this.#waiting?.reject(new Error(`${args[0]} ended.`)));
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error("The server could not be spawned.");
    return this.#child.pid;
  }

  /** The handshake of 2025-11-25, the revision that most hosts speak over stdio. */
  async initialize(): Promise<void> {
    const { text } = await this.request("initialize", {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "bench", version: "1.0.0" },
    });
    resultOf(text);
    this.#send({ jsonrpc: "2.0", method: "notifications/initialized" });
  }

  request(method: string, params: Readonly<Record<string, unknown>>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#send({ jsonrpc: "2.0", id: ++this.#lastId, method, params });
    });
  }

  /** Closes standard input, as a host does, and waits until the server has ended. */
  async close(): Promise<void> {
    this.#waiting = undefined;
    this.#child.stdin?.end();
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      await once(this.#child, "exit");
    }
  }

  #send(message: Readonly<Record<string, unknown>>): void {
    this.#child.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  /** A line is the expected response, unless it is a notification. */
  #read(chunk: Buffer): void {
    this.#chunks.push(chunk);
    if (chunk.at(-1) !== 0x0a) return;
    const at = performance.now();
    const lines = Buffer.concat(this.#chunks).toString().trimEnd().split("\n");
    this.#chunks = [];
    const text = lines.find((line) => !notification.test(line));
    if (text !== undefined) this.#waiting?.resolve({ text, at });
  }
}
