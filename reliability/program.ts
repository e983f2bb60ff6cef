import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as z from "zod";

/** The copy beside this bundle: see run.mjs. */
const main = join(import.meta.dirname, "dist", "main.js");

/** The outcome of an answered tool call. */
export interface Outcome {
  readonly ok: boolean;
  readonly text: string;
  readonly structured: Readonly<Record<string, unknown>>;
}

/** The built program, over either transport. */
export interface Program {
  readonly child: ChildProcess;
  /** Rejects if the program ends before it answers. */
  call(tool: string, args: Readonly<Record<string, unknown>>): Promise<Outcome>;
}

const answer = z.object({
  id: z.number().optional(),
  error: z.object({ message: z.string() }).optional(),
  result: z
    .looseObject({
      isError: z.boolean().optional(),
      content: z.array(z.looseObject({ text: z.string().optional() })).optional(),
      structuredContent: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
});

function outcomeOf({ error, result }: z.infer<typeof answer>): Outcome {
  const text = error?.message ?? result?.content?.[0]?.text ?? "";
  const ok = error === undefined && result !== undefined && result.isError !== true;
  return { ok, text, structured: result?.structuredContent ?? {} };
}

/** Starts `stdio` and sends the handshake. */
export async function startStdio(environment: Readonly<Record<string, string>>): Promise<Program> {
  const child = spawn(process.execPath, [main, "stdio"], {
    env: environment,
    stdio: ["pipe", "pipe", "ignore"],
  });
  child.stdin.on("error", () => undefined);
  const waiting = new Map<number, (line: z.infer<typeof answer>) => void>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    const message = answer.safeParse(parsed(line));
    if (message.success && message.data.id !== undefined) {
      waiting.get(message.data.id)?.(message.data);
    }
  });
  const gone = endOf(child);
  let count = 0;
  const request = async (method: string, params: object) => {
    const id = ++count;
    const answered = new Promise<z.infer<typeof answer>>((resolve) => waiting.set(id, resolve));
    child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    try {
      return await Promise.race([answered, gone]);
    } finally {
      waiting.delete(id);
    }
  };
  await request("initialize", {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "kills", version: "1.0.0" },
  });
  return {
    child,
    call: async (name, args) => outcomeOf(await request("tools/call", { name, arguments: args })),
  };
}

/** Rejects when the program ends. */
function endOf(child: ChildProcess): Promise<never> {
  const ended = once(child, "exit").then(() => {
    throw new Error("The program has ended.");
  });
  // The rejection may have no handler at that time.
  ended.catch(() => undefined);
  return ended;
}

/** A line that a kill has cut is not a response. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

export interface HttpProgram extends Program {
  readonly url: string;
  /** The last output on standard error. */
  lastWords(): string;
}

/** Starts `http` on a port of its own. */
export async function startHttp(
  environment: Readonly<Record<string, string>>,
  ...flags: readonly string[]
): Promise<HttpProgram> {
  const child = spawn(process.execPath, [main, "http", "--port", "0", ...flags], {
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let words = "";
  child.stderr.on("data", (chunk) => {
    words = `${words}${chunk}`.slice(-2_000);
  });
  const lastWords = () => words;
  const url = await announcedUrl(child, lastWords);
  const gone = endOf(child);
  // `fetch` alone does not always settle when its server is killed.
  const call: Program["call"] = (name, args) => Promise.race([callOverHttp(url, name, args), gone]);
  return { child, url, lastWords, call };
}

function announcedUrl(child: ChildProcess, lastWords: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    child.stdout?.on("data", (chunk) => {
      output += chunk;
      const url = /http:\/\/\S+\/mcp(?=\n)/.exec(output)?.[0];
      if (url !== undefined) resolve(url);
    });
    child.once("exit", () => reject(new Error(`The program ended: ${lastWords()}`)));
  });
}

/** One request of revision 2026-07-28. */
export async function requestOverHttp(
  url: string,
  method: string,
  params: Readonly<Record<string, unknown>>,
  signal: AbortSignal = AbortSignal.timeout(60_000),
): Promise<Response> {
  const name = params.name ?? params.uri;
  return fetch(url, {
    method: "POST",
    signal,
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": method,
      ...(typeof name === "string" ? { "mcp-name": name } : {}),
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method,
      params: {
        ...params,
        _meta: {
          "io.modelcontextprotocol/protocolVersion": "2026-07-28",
          "io.modelcontextprotocol/clientInfo": { name: "reliability", version: "1.0.0" },
          "io.modelcontextprotocol/clientCapabilities": {},
        },
      },
    }),
  });
}

export async function callOverHttp(
  url: string,
  name: string,
  args: Readonly<Record<string, unknown>>,
): Promise<Outcome> {
  const response = await requestOverHttp(url, "tools/call", { name, arguments: args });
  const text = await response.text();
  const json = text.startsWith("{") ? text : /^data: (\{.*)$/m.exec(text)?.[1];
  if (json === undefined) throw new Error(`Status ${response.status} without an answer.`);
  return outcomeOf(answer.parse(JSON.parse(json)));
}

/** Kills the process as a crash does. Resolves when it has ended. */
export async function kill({ child }: Program): Promise<void> {
  const ended = once(child, "exit");
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await ended;
}
