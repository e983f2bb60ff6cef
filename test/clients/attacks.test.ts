import { readFileSync } from "node:fs";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { modern, openSession, post, postModern, rpc } from "../support/http-service.ts";
import { isolated, startHttp } from "../support/program.ts";

/** Resident memory of a process, in MiB. */
function memoryOf(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024;
}

async function isServed(url: string): Promise<boolean> {
  return (await postModern(url, "prompts/get", { name: "brainstorm", arguments: {} })).status < 500;
}

describe("the program goes on serving others, within bounds of memory, under", () => {
  it("two hundred connections that send their requests a byte at a time", async () => {
    const { url } = await startHttp(isolated().environment, "--request-timeout", "3");
    const { port } = new URL(url);
    const head = "POST /mcp HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n";
    const sockets = Array.from({ length: 200 }, () => connect(Number(port), "127.0.0.1"));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
    });
    const ended = sockets.map((socket) => {
      socket.on("error", () => undefined);
      return new Promise((resolve) => socket.once("close", resolve));
    });
    const dripping = setInterval(() => {
      for (const socket of sockets) if (socket.writable) socket.write(nextByte(socket, head));
    }, 50);
    onTestFinished(() => clearInterval(dripping));

    expect(await isServed(url)).toBe(true);
    await Promise.all(ended);
    expect(await isServed(url)).toBe(true);
  });

  it("a body of 100 MB", async () => {
    const { url, child } = await startHttp(isolated().environment);
    const before = memoryOf(child.pid);

    const status = await new Promise((resolve, reject) => {
      const sending = request(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
      });
      const chunk = Buffer.alloc(1024 * 1024, " ");
      let sent = 0;
      const more = () => {
        while (sent++ < 100) if (!sending.write(chunk)) return sending.once("drain", more);
        return sending.end();
      };
      sending.on("error", reject);
      sending.on("response", (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      more();
    });

    expect(status).toBe(413);
    expect(await isServed(url)).toBe(true);
    expect(memoryOf(child.pid) - before).toBeLessThan(64);
  });

  it("ten thousand sessions that are opened and left, and one more", async () => {
    const { url, child } = await startHttp(isolated().environment, "--rate-limit", "0");
    const first = await openSession(url);
    const before = memoryOf(child.pid);

    for (let batch = 0; batch < 100; batch++) {
      await Promise.all(Array.from({ length: 100 }, () => openSession(url)));
    }

    const grown = memoryOf(child.pid) - before;
    process.stdout.write(`10,000 idle sessions: ${grown.toFixed(0)} MiB\n`);
    expect(grown).toBeLessThan(512);
    expect(await isServed(url)).toBe(true);
    expect((await post(url, rpc("prompts/list"), first)).status).toBe(404);
  });

  it("five hundred streams", async () => {
    const { url, child } = await startHttp(isolated().environment);
    const before = memoryOf(child.pid);
    const streams = new AbortController();
    onTestFinished(() => streams.abort());
    const listen = modern("subscriptions/listen", { notifications: { promptsListChanged: true } });

    await Promise.all(
      Array.from({ length: 500 }, async (_, index) => {
        if (index % 2 === 0) {
          const session = await openSession(url);
          const headers = { accept: "text/event-stream", ...session };
          return fetch(url, { headers, signal: streams.signal });
        }
        return fetch(url, {
          method: "POST",
          headers: {
            "content-type": "application/json",
            accept: "application/json, text/event-stream",
            ...listen.headers,
          },
          body: JSON.stringify(listen.body),
          signal: streams.signal,
        });
      }),
    );

    const grown = memoryOf(child.pid) - before;
    process.stdout.write(`500 streams: ${grown.toFixed(0)} MiB\n`);
    expect(grown).toBeLessThan(128);
    expect(await isServed(url)).toBe(true);
  });
});

const sent = new WeakMap<Socket, number>();

function nextByte(socket: Socket, text: string): string {
  const index = sent.get(socket) ?? 0;
  sent.set(socket, index + 1);
  return text[index] ?? "x";
}
