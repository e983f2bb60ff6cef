import { request } from "node:http";
import type { Socket } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { openSession, post, postModern, rpc } from "../support/http-service.ts";
import { openListenStream } from "../support/listen-stream.ts";
import { underAttack } from "./support/measured.ts";
import { memoryOf } from "./support/memory.ts";
import { startAttacked } from "./support/program.ts";
import { connectTo } from "./support/raw.ts";
import { startSecondCaller } from "./support/second-caller.ts";

/** What one client leaves open, or sends too slowly or too much of; the others are served on. */

async function isServed(url: string): Promise<boolean> {
  const get = { name: "summarize", arguments: { text: "Nothing has happened." } };
  return (await postModern(url, "prompts/get", get)).status === 200;
}

it("200 connections that send their requests a byte at a time", async (context) => {
  const { url, pid } = await startAttacked({}, "--request-timeout", "3");
  const second = await startSecondCaller({ url });
  await underAttack(context, { pid, second }, async () => {
    const head = "POST /mcp HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n";
    const sockets = Array.from({ length: 200 }, () => connectTo(url));
    const ended = sockets.map(
      (socket) => new Promise((resolve) => void socket.resume().once("close", resolve)),
    );
    const dripping = setInterval(() => {
      for (const socket of sockets) if (socket.writable) socket.write(nextByte(socket, head));
    }, 50);
    onTestFinished(() => clearInterval(dripping));
    await Promise.all(ended);
    return "each is closed after the time a request may take";
  });
  expect(await isServed(url)).toBe(true);
});

it("a body of 100 MB", async (context) => {
  const { url, pid } = await startAttacked();
  const second = await startSecondCaller({ url });
  const before = memoryOf(pid);
  await underAttack(context, { pid, second }, async () => {
    const status = await sendBody(url, 100);
    expect(status).toBe(413);
    return "413";
  });
  expect(memoryOf(pid) - before).toBeLessThan(64);
  expect(await isServed(url)).toBe(true);
});

it("10,000 sessions that are opened and left, and one more", async (context) => {
  const { url, pid } = await startAttacked({}, "--rate-limit", "0");
  const first = await openSession(url);
  const before = memoryOf(pid);
  await underAttack(context, { pid }, async () => {
    for (let batch = 0; batch < 100; batch++) {
      await Promise.all(Array.from({ length: 100 }, () => openSession(url)));
    }
    const grown = memoryOf(pid) - before;
    expect(grown).toBeLessThan(512);
    const again = await post(url, rpc("prompts/list"), first);
    expect(again.status).toBe(404);
    return `all are opened and take ${grown.toFixed(0)} MiB, the longest idle is ended`;
  });
  expect(await isServed(url)).toBe(true);
});

it("500 streams", async (context) => {
  const { url, pid } = await startAttacked();
  const second = await startSecondCaller({ url });
  const before = memoryOf(pid);
  const streams = new AbortController();
  onTestFinished(() => streams.abort());
  await underAttack(context, { pid, second }, async () => {
    const opened = await Promise.all(
      Array.from({ length: 500 }, (_, index) =>
        index % 2 === 0
          ? openStream(url, streams.signal)
          : openListenStream(url, { promptsListChanged: true }, { signal: streams.signal }),
      ),
    );
    const grown = memoryOf(pid) - before;
    // The responses are held until here: fetch ends a stream whose response nobody holds.
    expect(new Set(opened.map(({ status }) => status))).toEqual(new Set([200]));
    expect(grown).toBeLessThan(128);
    return `all are opened and take ${grown.toFixed(0)} MiB`;
  });
  expect(await isServed(url)).toBe(true);
});

async function openStream(url: string, signal: AbortSignal): Promise<Response> {
  const session = await openSession(url);
  return fetch(url, { headers: { accept: "text/event-stream", ...session }, signal });
}

/** The status of an answer to so many MiB. */
function sendBody(url: string, size: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sending = request(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
    });
    const chunk = Buffer.alloc(1024 * 1024, " ");
    let sent = 0;
    const more = () => {
      while (sent++ < size) if (!sending.write(chunk)) return sending.once("drain", more);
      return sending.end();
    };
    sending.on("error", reject);
    sending.on("response", (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    more();
  });
}

const sent = new WeakMap<Socket, number>();

function nextByte(socket: Socket, text: string): string {
  const index = sent.get(socket) ?? 0;
  sent.set(socket, index + 1);
  return text[index] ?? "x";
}
