import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { TLSSocket } from "node:tls";
import { expect } from "vitest";
import {
  createMlflowClient,
  type MlflowClient,
  type MlflowClientOptions,
} from "../../src/mlflow/client.ts";

/** A request as it arrived. */
export interface Arrived {
  /** Method and path without the query, such as "GET /version". */
  readonly route: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

/** An answer: JSON with status 200 unless told. */
export interface Reply {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of an answer: what to do with the connection. */
  readonly raw?: (response: ServerResponse) => void;
}

/**
 * An HTTP server on loopback in MLflow's place. A request nobody expected fails the test, but for
 * one for its health.
 */
export interface Stub {
  readonly url: string;
  /** Everything that arrived, in order. */
  readonly arrived: readonly Arrived[];
  /** Connections that were opened. */
  readonly connections: number;
  /** Common names of the certificates that clients showed. */
  readonly subjects: readonly string[];
  /** Answers one route; with several replies one after the other, the last for all that follow. */
  on(route: string, ...replies: (Reply | ((request: Arrived) => Reply))[]): void;
  /** The routes that arrived, in order. */
  routes(): string[];
  /** Breaks all connections and refuses new ones. */
  stop(): Promise<void>;
  /** Listens again, on the same port. */
  start(): Promise<void>;
}

const open: (() => Promise<void>)[] = [];

/** Ends the stubs of a test. The setup file calls it: a hook here would be one file's alone. */
export async function stopStubs(): Promise<void> {
  await Promise.all(open.splice(0).map((close) => close()));
}

/** Starts a stub that ends with the test. */
export async function startStub({ tls = false } = {}): Promise<Stub> {
  const arrived: Arrived[] = [];
  const unexpected: string[] = [];
  const answers = new Map<string, (Reply | ((request: Arrived) => Reply))[]>();
  const subjects: string[] = [];
  let connections = 0;
  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? "/", "http://stub");
    const body = await text(request);
    const call: Arrived = {
      route: `${request.method} ${url.pathname}`,
      query: Object.fromEntries(url.searchParams),
      headers: request.headers,
      body: bodyOf(body, request.headers["content-type"]),
    };
    const replies = answers.get(call.route);
    const own = replies === undefined ? ownReply(call.route) : undefined;
    if (own !== undefined) return send(response, own);
    arrived.push(call);
    const reply = replies && replies.length > 1 ? replies.shift() : replies?.[0];
    if (reply === undefined) unexpected.push(`${call.route} ${url.search}`);
    send(response, typeof reply === "function" ? reply(call) : (reply ?? { status: 418 }));
  };
  const server = tls ? createTlsServer(serverIdentity(), listener) : createServer(listener);
  server.on(tls ? "secureConnection" : "connection", (socket: Socket) => {
    connections++;
    if (socket instanceof TLSSocket && socket.authorized) {
      subjects.push(String(socket.getPeerCertificate().subject?.CN));
    }
  });
  const listen = (port: number) =>
    new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const stop = async () => {
    const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await stopped;
  };
  await listen(0);
  open.push(async () => {
    await stop();
    expect(unexpected, "requests that no test expected").toEqual([]);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The stub has no port.");
  return {
    subjects,
    url: `${tls ? "https" : "http"}://127.0.0.1:${address.port}`,
    arrived,
    get connections() {
      return connections;
    },
    on: (route, ...replies) => answers.set(route, replies),
    routes: () => arrived.map(({ route }) => route),
    stop,
    start: () => listen(address.port),
  };
}

/** Spans come as protobuf, which is kept as it is. */
function bodyOf(body: string, type: string | undefined): unknown {
  if (type === "application/x-protobuf") return body;
  return body === "" ? undefined : JSON.parse(body);
}

/** A client of the stub that ends with the test, that reads writes back quickly. */
export function clientFor(url: string, options: Partial<MlflowClientOptions> = {}): MlflowClient {
  const client = createMlflowClient({
    baseUrl: url,
    connectTimeoutMs: 1_000,
    requestTimeoutMs: 5_000,
    maxRetries: 0,
    userAgent: "test/1",
    verifySchedule: { pausesMs: [0, 10, 20], limitMs: 1_000 },
    // Not while a test lasts: what is kept would be up to chance.
    measureConnectionsAfterMs: 1e9,
    ...options,
  });
  open.unshift(() => client.close());
  return client;
}

export function certificate(name: "authority" | "server" | "client"): string {
  return join(import.meta.dirname, "certificates", `${name}.pem`);
}

function serverIdentity() {
  const pem = readFileSync(certificate("server"));
  const ca = readFileSync(certificate("authority"));
  return { cert: pem, key: pem, ca, requestCert: true, rejectUnauthorized: false };
}

/** What is asked without a call that a test makes, so that no test has to expect it. */
function ownReply(route: string): Reply | undefined {
  // To measure connections, and whether the server is there again.
  if (route === "GET /health") return { text: "OK" };
  // Once of each caller over HTTP: an MLflow without authentication has no users.
  if (route.startsWith("GET /api/2.0/mlflow/users/")) return { status: 404, text: "" };
  return undefined;
}

function send(response: ServerResponse, reply: Reply): void {
  if (reply.raw) {
    reply.raw(response);
    return;
  }
  const body = reply.text ?? JSON.stringify(reply.json ?? {});
  const type = reply.text === undefined ? "application/json" : "text/plain";
  response.writeHead(reply.status ?? 200, { "content-type": type, ...reply.headers }).end(body);
}
