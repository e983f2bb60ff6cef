import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { expect, it, onTestFinished, vi } from "vitest";
import { ResponseWriter } from "../../../src/http/limits/response-writer.ts";
import { SharedLimit } from "../../../src/http/limits/shared-limit.ts";
import { eventually } from "../../support/eventually.ts";
import { plenty } from "../../support/plenty.ts";

const mebibyte = 1_024 * 1_024;

/** The answer to a request that has been sent, and the connection on which it is read, or is not. */
async function asked(): Promise<{ response: ServerResponse; socket: Socket }> {
  const server = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1").pause();
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => undefined);
  socket.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
  const [, response] = await once(server, "request");
  return { response, socket };
}

/** Events that come as fast as they are taken, up to so many. */
function events(count: number) {
  const cancelled = vi.fn();
  let sent = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent++ < count) controller.enqueue(new Uint8Array(64 * 1_024));
      else controller.close();
    },
    cancel: cancelled,
  });
  return { stream, cancelled, sent: () => sent };
}

it("a stream whose client does not read is ended when too much is unread", async () => {
  const { response, socket } = await asked();
  const limit = plenty(8 * mebibyte);
  const { stream, cancelled, sent } = events(1_000_000);

  await new ResponseWriter(limit, 60_000).writeEvents(stream, response, "ann");

  expect(response.destroyed).toBe(true);
  await eventually(() => expect(cancelled).toHaveBeenCalled());
  expect(sent()).toBeLessThan(1_000);
  expect(limit.used).toBe(0);
  socket.resume();
  await once(socket, "close");
});

it("a stream whose client reads is written to its end, however long it is", async () => {
  const { response, socket } = await asked();
  const limit = plenty(16 * mebibyte);
  let received = 0;
  socket.on("data", (chunk) => {
    received += chunk.length;
  });
  socket.resume();
  response.setHeader("connection", "close");

  await new ResponseWriter(limit, 60_000).writeEvents(events(100).stream, response, "ann");
  await once(socket, "close");

  expect(received).toBeGreaterThan(100 * 64 * 1_024);
  expect(limit.used).toBe(0);
});

it("a stream ends with its client", async () => {
  const { response, socket } = await asked();
  const cancelled = vi.fn();
  const stream = new ReadableStream<Uint8Array>({ cancel: cancelled });
  const writing = new ResponseWriter(plenty(), 60_000).writeEvents(stream, response, "ann");

  socket.destroy();
  await writing;

  expect(cancelled).toHaveBeenCalled();
});

it("an answer counts as long as its client has not read it", async () => {
  const { response, socket } = await asked();
  const limit = plenty(64 * mebibyte);
  const written = vi.fn();
  response.end(Buffer.alloc(32 * mebibyte));
  const writing = new ResponseWriter(limit, 60_000).finish(response, "ann").then(written);

  expect(limit.used).toBeGreaterThan(0);
  expect(written).not.toHaveBeenCalled();
  socket.resume();
  await writing;

  expect(response.writableFinished).toBe(true);
  expect(limit.used).toBe(0);
});

it("an answer of which nothing is read for too long is given up", async () => {
  const { response } = await asked();
  const limit = plenty(64 * mebibyte);
  response.end(Buffer.alloc(32 * mebibyte));

  await new ResponseWriter(limit, 50).finish(response, "ann");

  expect(response.destroyed).toBe(true);
  expect(limit.used).toBe(0);
});

it("answers that a caller leaves unread are bounded by its share", async () => {
  const share = 40 * mebibyte;
  const limit = new SharedLimit({ total: 2 * share, share, refusal: "Too much is unread." });
  const writer = new ResponseWriter(limit, 60_000);
  const [first, second, others] = [await asked(), await asked(), await asked()];
  for (const { response } of [first, second, others]) response.end(Buffer.alloc(32 * mebibyte));

  const kept = writer.finish(first.response, "ann");
  await writer.finish(second.response, "ann");
  const ofBob = writer.finish(others.response, "bob");

  expect(second.response.destroyed).toBe(true);
  expect([first.response.destroyed, others.response.destroyed]).toEqual([false, false]);
  for (const { socket } of [first, others]) socket.resume();
  await Promise.all([kept, ofBob]);
});
