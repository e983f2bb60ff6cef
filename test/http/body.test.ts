import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { readBytes, readJson } from "../../src/http/body.ts";
import { HttpRefusal } from "../../src/http/refusal.ts";

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
    const reading = readJson(request, 9);

    socket.write(chunk('{"ü":'));
    socket.write(`${chunk("10}")}0\r\n\r\n`);

    expect(await reading).toEqual({ ü: 10 });
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
    await vi.waitFor(() => expect(request.destroyed).toBe(true));

    expect((await refusal(readBytes(request, 10))).status).toBe(400);
  });
});
