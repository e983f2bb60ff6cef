import { loadHttpConfig } from "../../src/config/http-config.ts";
import { stdioStart } from "../../src/config/stdio-start.ts";
import { serveHttp } from "../../src/http/serve.ts";
import type { Log } from "../../src/log/log.ts";
import { isolated } from "./program.ts";
import { whenDone } from "./when-done.ts";

export interface RunningService {
  /** `http://127.0.0.1:<port>/mcp` */
  readonly url: string;
  /** Every line that was logged, as it would be written. */
  readonly logged: readonly Readonly<Record<string, unknown>>[];
  close(): Promise<void>;
}

/**
 * The HTTP service in this process, on a free port and an embedded registry of its own unless the
 * variables say otherwise; it ends with the test. It asks MLflow nothing by itself unless they do.
 */
export async function startService(
  variables: Readonly<Record<string, string>> = {},
): Promise<RunningService> {
  const { environment, home } = isolated({
    MLFLOW_PROMPTS_PORT: "0",
    MLFLOW_PROMPTS_POLL_INTERVAL: "0",
    ...variables,
  });
  const logged: Record<string, unknown>[] = [];
  const note =
    (level: string) =>
    (message: string, details: object = {}) => {
      logged.push({ level, message, ...details });
    };
  const log: Log = { info: note("info"), error: note("error") };
  const config = loadHttpConfig({}, environment, home);
  const serving = await serveHttp(config, log, stdioStart(config, {}, environment, "main.js"));
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= serving.close();
    return closing;
  };
  whenDone(close);
  const listening = logged.find(({ message }) => message === "listening");
  return { url: `${listening?.address}/mcp`, logged, close };
}

/** What an answer was, read to its end. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The JSON-RPC message in it, from JSON or from the first event of a stream. */
  readonly message: { readonly result?: unknown; readonly error?: RpcError } | undefined;
}

interface RpcError {
  readonly code: number;
  readonly message: string;
}

/** A 2025-era request, sent as a client sends it. */
export async function post(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...headers,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, message: messageIn(text) };
}

/** A JSON-RPC request. */
export function rpc(method: string, params: Readonly<Record<string, unknown>> = {}) {
  return { jsonrpc: "2.0", id: 1, method, params };
}

/** A 2026-07-28 request, sent as a client sends it. */
export function postModern(
  url: string,
  method: string,
  params: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const { body, headers: standard } = modern(method, params);
  return post(url, body, { ...standard, ...headers });
}

/** The body and the headers of a 2026-07-28 request. */
export function modern(method: string, params: Readonly<Record<string, unknown>> = {}) {
  const name = params.name ?? params.uri;
  return {
    body: rpc(method, {
      ...params,
      _meta: {
        ...(typeof params._meta === "object" ? params._meta : {}),
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { name: "test", version: "1.0.0" },
        "io.modelcontextprotocol/clientCapabilities": {},
      },
    }),
    headers: {
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": method,
      ...(typeof name === "string" ? { "mcp-name": name } : {}),
    },
  };
}

/** An initialize request of the 2025 era. */
export function initialize(version = "2025-11-25") {
  return rpc("initialize", {
    protocolVersion: version,
    capabilities: {},
    clientInfo: { name: "test", version: "1.0.0" },
  });
}

/** Opens a session; resolves with the header that its requests carry. */
export async function openSession(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly "mcp-session-id": string }> {
  const opened = await post(url, initialize(), headers);
  const id = opened.headers.get("mcp-session-id");
  if (id === null) throw new Error(`No session: ${opened.status} ${opened.text}`);
  const session = { "mcp-session-id": id };
  await post(
    url,
    { jsonrpc: "2.0", method: "notifications/initialized" },
    { ...headers, ...session },
  );
  return session;
}

/**
 * Opens a session's stream, which stays open until the test ends. `fetch` ends a stream whose response
 * nobody holds any more.
 */
export async function openStream(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const response = await fetch(url, { headers: { accept: "text/event-stream", ...headers } });
  whenDone(async () => {
    await response.body?.cancel().catch(() => undefined);
  });
  return response;
}

/** What `/metrics` says of one measure, its labels included: `mlflow_prompts_sessions`. */
export async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(new URL("/metrics", url))).text();
  const line = text.split("\n").find((one) => one.startsWith(`${name} `));
  return Number(line?.slice(name.length));
}

function messageIn(text: string): Answered["message"] {
  const json = text.startsWith("{") ? text : /^data: (\{.*)$/m.exec(text)?.[1];
  return json === undefined ? undefined : JSON.parse(json);
}
