import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { onTestFinished } from "vitest";
import { BodyReader } from "../../src/http/limits/body.ts";
import { ResponseWriter } from "../../src/http/limits/response-writer.ts";
import { McpEndpoint } from "../../src/http/mcp/endpoint.ts";
import { fastRequestOf, HttpFastPath } from "../../src/http/mcp/fast-path.ts";
import { sendResponse, toWebRequest } from "../../src/http/web.ts";
import { PromptMemo } from "../../src/prompts/memo.ts";
import { cacheHints } from "../../src/server/cache-hints.ts";
import { createFastServer, createServerFactory } from "../../src/server/server.ts";
import type { Session } from "../../src/session/session.ts";
import { plenty } from "./plenty.ts";

/** What came back of a request. */
export interface WayAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** What the metrics count it as. */
  readonly outcome: string;
}

export interface Sent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface TwoWays {
  /** Whether the last request to `direct` was one for the direct way; else it went the SDK's. */
  readonly wasDirect: boolean;
  readonly url: string;
  readonly way: HttpFastPath;
  direct(sent: Sent): Promise<WayAnswer>;
  sdk(sent: Sent): Promise<WayAnswer>;
}

/** A server on a real port that answers at `/direct` as the service does, at `/sdk` as the SDK. */
export async function startTwoWays(session: Session, challenge?: string): Promise<TwoWays> {
  const parts = {
    memo: new PromptMemo(),
    cacheHints: cacheHints(1_000, session.readOnly),
  };
  const endpoint = new McpEndpoint({
    createServer: createServerFactory(parts),
    onerror: () => undefined,
    ...(challenge === undefined ? {} : { challenge }),
  });
  const way = new HttpFastPath({
    server: createFastServer(parts),
    ...(challenge === undefined ? {} : { challenge }),
  });
  const answers = new ResponseWriter(plenty(), 60_000);
  const reader = new BodyReader(1_000_000, plenty());
  const outcomes = new Map<string, Promise<string>>();
  let wasDirect = false;

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<string> {
    const body = (await reader.json(message, "")).content;
    if (message.url === "/direct") {
      const direct = fastRequestOf(message, body);
      wasDirect = direct !== undefined;
      if (direct) return way.respond(direct, session, response);
    }
    const gone = new AbortController();
    response.once("close", () => {
      if (!response.writableFinished) gone.abort();
    });
    const web = toWebRequest(message, new URL("http://server/mcp"), gone.signal);
    const identity = { caller: "c", subject: "s", key: "k", owner: "k" };
    const answered = await endpoint.handle(web, body, identity, session);
    await sendResponse(response, answered, answers, "c");
    return endpoint.failureOf(web)?.kind ?? (answered.ok ? "ok" : String(answered.status));
  }

  const server = createServer((message, response) => {
    const answering = answer(message, response);
    outcomes.set(String(message.headers["x-test-id"]), answering);
    answering.catch((error) => response.destroy(error));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await endpoint.close();
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("There is no port.");
  const url = `http://127.0.0.1:${address.port}`;
  let count = 0;

  async function send(path: string, sent: Sent): Promise<WayAnswer> {
    const id = String(++count);
    const answered = await post(`${url}${path}`, sent, id);
    return { ...answered, outcome: (await outcomes.get(id)) ?? "none" };
  }

  return {
    get wasDirect() {
      return wasDirect;
    },
    url,
    way,
    direct: (sent) => send("/direct", sent),
    sdk: (sent) => send("/sdk", sent),
  };
}

/** With node:http, which sends headers as they are given. */
async function post(url: string, { headers, body }: Sent, id: string) {
  const outgoing = request(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers, "x-test-id": id },
  });
  outgoing.end(body);
  const [incoming]: IncomingMessage[] = await once(outgoing, "response");
  if (incoming === undefined) throw new Error("There is no answer.");
  let text = "";
  for await (const chunk of incoming.setEncoding("utf8")) text += chunk;
  const { date: _, ...kept } = incoming.headers;
  return { status: incoming.statusCode ?? 0, headers: kept, text };
}
