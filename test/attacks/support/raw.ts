import { once } from "node:events";
import { type Agent, type IncomingMessage, request } from "node:http";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { modern } from "../../support/http-service.ts";

export interface Sending {
  readonly url: string;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The address that it comes from: any of 127.0.0.0/8. */
  readonly from?: string;
  readonly agent?: Agent;
}

export interface Got {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

/** POSTs JSON from an address of choice; reads the answer to its end. */
export async function sendFrom({ url, body, headers = {}, from, agent }: Sending): Promise<Got> {
  const sending = request(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...headers,
    },
    ...(from === undefined ? {} : { localAddress: from }),
    ...(agent === undefined ? {} : { agent }),
  });
  sending.end(typeof body === "string" ? body : JSON.stringify(body));
  const [response]: IncomingMessage[] = await once(sending, "response");
  if (response === undefined) throw new Error("There is no answer.");
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text: await text(response),
  };
}

/** A 2026-07-28 request from an address of choice. */
export function askFrom(
  from: string,
  url: string,
  method: string,
  params: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Got> {
  const { body, headers: standard } = modern(method, params);
  return sendFrom({ url, from, body, headers: { ...standard, ...headers } });
}

/** A TCP connection to the server that ends with the test. */
export function connectTo(url: string, from = "127.0.0.1"): Socket {
  const { port } = new URL(url);
  const socket = connect({ port: Number(port), host: "127.0.0.1", localAddress: from });
  socket.on("error", () => undefined);
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** Sends a request as it is written, and reads until the server closes the connection. */
export async function sendRaw(url: string, request: string): Promise<string> {
  const socket = connectTo(url);
  socket.end(request);
  return text(socket);
}

/** Counts what came back by status: "12 × 200, 3 × 429". */
export function statusCounts(got: readonly { readonly status: number }[]): string {
  const counts = new Map<number, number>();
  for (const { status } of got) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} × ${status}`).join(", ");
}

/** The message of a JSON-RPC error, or the text of a result; the first words of it. */
export function shortAnswer({ status, text: said }: Got): string {
  const message = /"message":"((?:[^"\\]|\\.)*)"/.exec(said)?.[1];
  const shown = /"text":"((?:[^"\\]|\\.)*)"/.exec(said)?.[1];
  return `${status}: ${(message ?? shown ?? said).replaceAll('\\"', '"').trim().slice(0, 120)}`;
}
