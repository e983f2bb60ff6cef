import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { BodyReader } from "../../../src/http/limits/body.ts";
import { SharedLimit } from "../../../src/http/limits/shared-limit.ts";
import { HttpRefusal } from "../../../src/http/refusal.ts";
import { eventually } from "../../support/eventually.ts";
import { plenty } from "../../support/plenty.ts";

/** A request whose headers have arrived, and the socket on which its body is sent. */
async function arriving(headers: string): Promise<{ request: IncomingMessage; socket: Socket }> {
  const server = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  socket.write(
    `POST / HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n${headers}\r\n\r\n`,
  );
  const [request]: IncomingMessage[] = await once(server, "request");
  if (request === undefined) throw new Error("No request has arrived.");
  return { request, socket };
}

async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const limit = plenty();
  const reading = new BodyReader(maxBytes, limit).bytes(request, "ann");
  try {
    const { content, release } = await reading;
    expect(limit.used).toBeGreaterThanOrEqual(content.length);
    release();
    return content;
  } finally {
    // Whatever becomes of it, it counts no more.
    expect(limit.used).toBe(0);
  }
}

const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

async function refusal(answer: Promise<unknown>): Promise<HttpRefusal> {
  const error = await answer.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof HttpRefusal) return error;
  throw new Error(`It was not refused but ${String(error)}.`);
}

describe("a body", () => {
  it("is read in pieces, up to the limit", async () => {
    const { request, socket } = await arriving("transfer-encoding: chunked");
    const reading = new BodyReader(9, plenty()).json(request, "ann");

    socket.write(chunk('{"ü":'));
    socket.write(`${chunk("10}")}0\r\n\r\n`);

    expect((await reading).content).toEqual({ ü: 10 });
  });

  it("may be empty", async () => {
    const { request } = await arriving("content-length: 0");

    expect(await readBytes(request, 10)).toEqual(Buffer.alloc(0));
  });

  it("is refused before it has come when its length says that it is too long", async () => {
    const { request } = await arriving("content-length: 11");

    expect((await refusal(readBytes(request, 10))).status).toBe(413);
  });

  it("is refused as soon as it is too long, and the rest is thrown away", async () => {
    const { request, socket } = await arriving("transfer-encoding: chunked");
    const reading = readBytes(request, 10);

    socket.write(chunk("12345678901"));
    expect((await refusal(reading)).status).toBe(413);

    socket.write(`${chunk("1".repeat(100_000))}0\r\n\r\n`);
    await once(request, "close");
    expect(request.readableEnded).toBe(true);
  });

  it("is refused when it breaks off", async () => {
    const { request, socket } = await arriving("content-length: 10");
    const reading = readBytes(request, 10);

    socket.write("12345");
    socket.end();

    expect((await refusal(reading)).status).toBe(400);
  });

  it("is refused when it broke off before anybody read it", async () => {
    const { request, socket } = await arriving("content-length: 10");
    socket.destroy();
    await eventually(() => expect(request.destroyed).toBe(true));

    expect((await refusal(readBytes(request, 10))).status).toBe(400);
  });
});

const kibibyte = 1_024;

/** Room for eight bodies of 64 KiB, four of one sender. */
function narrow(): SharedLimit {
  const share = 4 * 64 * kibibyte;
  return new SharedLimit({ total: 2 * share, share, refusal: "There is no room." });
}

describe("the bodies of all requests", () => {
  it("count for the memory they take, from their first byte until they are released", async () => {
    const limit = narrow();
    const { request, socket } = await arriving("transfer-encoding: chunked");
    const reading = new BodyReader(64 * kibibyte, limit).bytes(request, "ann");
    expect(limit.used).toBe(16 * kibibyte);

    // Each byte is a chunk of its own: what is kept of them is their bytes.
    socket.write(chunk("1").repeat(40 * kibibyte));
    socket.write("0\r\n\r\n");
    const { content, release } = await reading;

    expect(content.toString()).toBe("1".repeat(40 * kibibyte));
    expect(limit.used).toBe(64 * kibibyte);
    release();
    expect(limit.used).toBe(0);
  });

  it("give way to others of their sender, the one that has been arriving the longest first", async () => {
    const limit = narrow();
    const reader = new BodyReader(64 * kibibyte, limit);
    const unfinished = `content-length: ${64 * kibibyte}`;
    const body = "x".repeat(64 * kibibyte - 1);
    const slow = [];
    for (let count = 0; count < 4; count++) {
      const { request, socket } = await arriving(unfinished);
      slow.push(reader.bytes(request, "ann").then(() => "arrived", String));
      socket.write(body);
      const sent = (count + 1) * body.length;
      await eventually(() => expect(limit.used).toBeGreaterThanOrEqual(sent));
    }

    const { request, socket } = await arriving("content-length: 2");
    const reading = reader.bytes(request, "ann");
    socket.write("{}");

    expect((await reading).content.toString()).toBe("{}");
    expect(await Promise.race(slow)).toContain("The body arrived too slowly");
    expect(limit.used).toBeLessThan(4 * 64 * kibibyte);
  });

  it("are refused when all that there is room for is being answered", async () => {
    const limit = narrow();
    const reader = new BodyReader(64 * kibibyte, limit);
    const headers = `content-length: ${64 * kibibyte}`;
    for (let count = 0; count < 4; count++) {
      const { request, socket } = await arriving(headers);
      socket.write("x".repeat(64 * kibibyte));
      await reader.bytes(request, "ann");
    }

    const of = async (sender: string) => reader.bytes((await arriving(headers)).request, sender);
    expect(await refusal(of("ann"))).toMatchObject({
      status: 429,
      headers: { "retry-after": "1" },
    });
    const { request, socket } = await arriving("content-length: 2");
    socket.write("{}");
    expect((await reader.bytes(request, "bob")).content.toString()).toBe("{}");
  });
});
