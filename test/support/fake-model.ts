import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import * as z from "zod";

/** A request that a fake model got. */
export interface AskedModel {
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

/** How a fake model answers: a text, or a whole response. */
export type FakeAnswer =
  | string
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** Sent as JSON unless it is a text. */
      readonly body?: unknown;
      /** Milliseconds before the answer; "never" leaves the request open. */
      readonly after?: number | "never";
      /** Breaks the connection instead of an answer. */
      readonly breaks?: boolean;
      /** Sent again and again, without an end, after the status and the headers. */
      readonly endless?: string | Buffer;
    };

/** A server with OpenAI's API of chat completions on loopback. */
export interface FakeModel {
  /** With `/v1`. */
  readonly url: string;
  /** In the order of arrival. */
  readonly asked: readonly AskedModel[];
  close(): Promise<void>;
}

const body = z.record(z.string(), z.unknown());

/** Starts a server that answers each request by `answer`. */
export async function startFakeModel(
  answer: (asked: AskedModel, index: number) => FakeAnswer,
): Promise<FakeModel> {
  const asked: AskedModel[] = [];
  const server = createServer(async (request, response) => {
    const { url: path, headers } = request;
    const sent = await text(request).catch(() => "");
    // Its caller cancelled while it was being sent.
    if (sent === "") return;
    const received = { path, headers, body: body.parse(JSON.parse(sent)) };
    const index = asked.push(received) - 1;
    const given = answer(received, index);
    const reply = typeof given === "string" ? { body: chatCompletion({ content: given }) } : given;
    if (reply.after === "never") return;
    if (reply.after) await new Promise((resolve) => setTimeout(resolve, Number(reply.after)));
    if (reply.breaks) {
      request.socket.destroy();
      return;
    }
    send(response, reply);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, reply: Exclude<FakeAnswer, string>): void {
  const { status = 200, headers, body = {}, endless } = reply;
  if (endless !== undefined) {
    response.writeHead(status, headers);
    Readable.from(repeated(endless)).pipe(response);
    return;
  }
  const isText = typeof body === "string";
  response.writeHead(status, {
    "content-type": isText ? "text/html" : "application/json",
    ...headers,
  });
  response.end(isText ? body : JSON.stringify(body));
}

function* repeated(chunk: string | Buffer) {
  while (true) yield chunk;
}

/** As `startFakeModel`; it ends with the test. */
export async function fakeModel(
  answer: (asked: AskedModel, index: number) => FakeAnswer,
): Promise<FakeModel> {
  const model = await startFakeModel(answer);
  onTestFinished(() => model.close());
  return model;
}

/** The body of an answer. */
export function chatCompletion(
  message: Readonly<Record<string, unknown>>,
  rest: Readonly<Record<string, unknown>> = {},
) {
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model: "fake-1-2026",
    choices: [
      {
        index: 0,
        finish_reason: "stop",
        message: { role: "assistant", content: null, ...message },
      },
    ],
    usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 },
    ...rest,
  };
}
