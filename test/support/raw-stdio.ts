import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { isolated, program } from "./program.ts";
import { whenDone } from "./when-done.ts";

/** A JSON-RPC message, as far as tests look at it. */
export interface RawMessage {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string };
}

/** The built program over stdio, spoken to line by line. */
export interface RawStdio {
  readonly child: ChildProcessWithoutNullStreams;
  /** Writes a line as it is, or a message as a line. */
  send(line: string | object): void;
  /** The next message that comes back. */
  next(): Promise<RawMessage>;
}

/** @param nodeFlags for instance a limit of the heap */
export function startRaw(
  nodeFlags: readonly string[] = [],
  variables: Readonly<Record<string, string>> = {},
): RawStdio {
  const { environment } = isolated(variables);
  const child = spawn(process.execPath, [...nodeFlags, program], { env: environment });
  whenDone(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "close");
  });
  child.stdin.on("error", () => undefined);
  let lines: AsyncIterator<string> | undefined;
  return {
    child,
    send(line) {
      const text = typeof line === "string" ? line : JSON.stringify({ jsonrpc: "2.0", ...line });
      child.stdin.write(`${text}\n`);
    },
    async next() {
      // Not before: what nobody reads is part of some tests.
      lines ??= createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const { value, done } = await lines.next();
      if (done) throw new Error("The program has ended.");
      return JSON.parse(value);
    },
  };
}

/** What a 2026-07-28 request says of its client. */
export const envelope = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "test", version: "1.0.0" },
  "io.modelcontextprotocol/clientCapabilities": {},
};

/** Opens a connection of the 2025 era. */
export async function initializeRaw(stdio: RawStdio, capabilities: object = {}): Promise<void> {
  const clientInfo = { name: "test", version: "1.0.0" };
  const params = { protocolVersion: "2025-11-25", capabilities, clientInfo };
  stdio.send({ id: "opening", method: "initialize", params });
  await stdio.next();
  stdio.send({ method: "notifications/initialized" });
}
