import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";

/** An answer, read to its end. */
interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * What becomes of one request: `forward` sends it on and reads the answer, `response` is what the
 * client waits for.
 */
type Accident = (forward: () => Promise<Answer>, response: ServerResponse) => Promise<void>;

/** Ways in which a write and its answer can come to grief. */
export const accidents = {
  /** The server has carried it out, and the connection breaks instead of an answer. */
  async answerLost(forward, response) {
    await forward();
    response.destroy();
  },
  /** The server has carried it out, and the connection breaks within the answer. */
  async answerCut(forward, response) {
    const { status, headers, body } = await forward();
    response.writeHead(status, headers);
    response.write(body.subarray(0, body.length / 2), () => response.destroy());
  },
  /** The server has carried it out, and a gateway says that it did not answer in time. */
  async gatewayTimeout(forward, response) {
    await forward();
    response.writeHead(504, { "content-type": "text/html" }).end("<html>Gateway timeout</html>");
  },
  /** The connection breaks while the server is still at it: it brings that to an end. */
  async carriedOutLater(forward, response) {
    response.destroy();
    await pause(400);
    await forward();
  },
  /** The connection breaks before the server has heard of it. */
  async neverSent(_, response) {
    response.destroy();
  },
} satisfies Readonly<Record<string, Accident>>;

/** An HTTP proxy in which one write has an accident. */
export interface AnswerCutter {
  readonly url: string;
  /** Method and path of each write since `arm`, in order. */
  readonly writes: readonly string[];
  /** From now on the `nth` write (1 is the first) has the accident; with 0 none has. */
  arm(nth: number, accident: Accident): void;
  /** Resolves when everything that was sent on has been carried out. */
  verifyWrite(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a proxy before the server at the URL. */
export async function startAnswerCutter(url: string): Promise<AnswerCutter> {
  const target = new URL(url);
  const writes: string[] = [];
  const underWay = new Set<Promise<void>>();
  let armed: { nth: number; accident: Accident } = { nth: 0, accident: accidents.neverSent };

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const forward = () => forwarded(target, incoming, body);
    if (incoming.method !== "GET") {
      writes.push(`${incoming.method} ${incoming.url}`);
      if (writes.length === armed.nth) return armed.accident(forward, response);
    }
    const answer = await forward();
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  const server = createServer((incoming, response) => {
    const serving = serve(incoming, response)
      .catch(() => void response.destroy())
      .finally(() => underWay.delete(serving));
    underWay.add(serving);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The proxy has no port.");
  return {
    url: `http://127.0.0.1:${address.port}${target.pathname.replace(/\/$/, "")}`,
    writes,
    arm: (nth, accident) => {
      writes.length = 0;
      armed = { nth, accident };
    },
    verifyWrite: async () => void (await Promise.all(underWay)),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function forwarded(target: URL, incoming: IncomingMessage, body: Buffer): Promise<Answer> {
  const outgoing = request({
    host: target.hostname,
    port: target.port,
    method: incoming.method,
    path: incoming.url,
    headers: { ...incoming.headers, connection: "close" },
  });
  outgoing.end(body);
  const [answer]: IncomingMessage[] = await once(outgoing, "response");
  if (answer === undefined) throw new Error("There is no answer.");
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: await buffer(answer) };
}
