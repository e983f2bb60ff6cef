import { PassThrough, Writable } from "node:stream";
import type { JSONRPCMessage } from "@modelcontextprotocol/server";
import { describe, expect, it } from "vitest";
import { stringifyJson } from "../../src/registry/json.ts";
import { ListenedStdio } from "../../src/stdio/listeners.ts";
import { stdioLimits } from "../../src/stdio/transport.ts";

/** A transport, what it was given, and what it wrote to a client that reads when it is told to. */
async function connect() {
  const stdin = new PassThrough();
  const written: string[] = [];
  let reads = true;
  let release = () => {};
  const stdout = new Writable({
    write(chunk, _, done) {
      const take = () => {
        written.push(String(chunk));
        done();
      };
      if (reads) take();
      else release = take;
    },
  });
  const received: JSONRPCMessage[] = [];
  const errors: string[] = [];
  const transport = new ListenedStdio(stdin, stdout);
  transport.onmessage = (message) => void received.push(message);
  transport.onerror = ({ message }) => void errors.push(message);
  await transport.start();
  return {
    transport,
    stdin,
    received,
    errors,
    answers: () =>
      written
        .join("")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    stopReading() {
      reads = false;
    },
    readOn() {
      reads = true;
      release();
    },
    send: (...messages: object[]) =>
      stdin.write(messages.map((it) => `${JSON.stringify({ jsonrpc: "2.0", ...it })}\n`).join("")),
    answer: (id: string | number, result = {}) => transport.send({ jsonrpc: "2.0", id, result }),
    verifyWrite: () => new Promise((resolve) => setImmediate(() => setImmediate(resolve))),
  };
}

const pings = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: from + index, method: "ping" }));
const { working, unanswered } = stdioLimits;

it("gives the numbers of a tool's arguments as they are spelled, and all others as JavaScript's", async () => {
  const { stdin, received, verifyWrite } = await connect();

  stdin.write(
    '{"jsonrpc":"2.0","id":7.0,"method":"tools/call","params":{"name":"x","arguments":{"a":1.0,"b":[1234567890123456789,2]}}}\n',
  );
  await verifyWrite();

  expect(received).toMatchObject([{ id: 7, method: "tools/call" }]);
  const [message] = received;
  expect(message && "params" in message && stringifyJson(message.params?.arguments)).toBe(
    '{"a":1.0,"b":[1234567890123456789,2]}',
  );
});

describe("what is no message", () => {
  it("is answered, and what follows is taken", async () => {
    const { stdin, send, received, answers, errors, verifyWrite } = await connect();

    stdin.write('no JSON\n\n \r\n[]\n{"jsonrpc":"2.0","id":"a","method":7}\n');
    send(
      { id: 1, method: "initialize" },
      { method: 7 },
      { id: 3, result: 7 },
      { id: 9, method: "ping" },
    );
    await verifyWrite();

    expect(answers()).toMatchObject([
      { jsonrpc: "2.0", id: null, error: { code: -32_700 } },
      { jsonrpc: "2.0", id: null, error: { code: -32_600 } },
      { jsonrpc: "2.0", id: "a", error: { code: -32_600 } },
      { jsonrpc: "2.0", id: 1, error: { code: -32_602 } },
    ]);
    expect(errors).toHaveLength(2);
    expect(received).toMatchObject([{ id: 9, method: "ping" }]);
  });

  it("is answered once when it is a line without an end", async () => {
    const { stdin, send, received, answers, verifyWrite } = await connect();

    const piece = Buffer.alloc(1_024 * 1_024, "a");
    for (let count = 0; count < 10; count++) stdin.write(piece);
    stdin.write("\n");
    send({ id: 9, method: "ping" });
    await verifyWrite();

    expect(answers()).toMatchObject([{ id: null, error: { code: -32_600 } }]);
    expect(received).toMatchObject([{ id: 9 }]);
  });

  it("is a request with the id of one that is not answered yet", async () => {
    const { send, received, answers, answer, verifyWrite } = await connect();

    send({ id: 1, method: "ping" }, { id: 1, method: "tools/list" });
    await verifyWrite();
    await answer(1);
    send({ id: 1, method: "ping" });
    await verifyWrite();

    expect(answers()).toMatchObject([
      { id: null, error: { code: -32_600 } },
      { id: 1, result: {} },
    ]);
    expect(received.filter((it) => "method" in it && it.method === "ping")).toHaveLength(2);
  });
});

describe("what is not answered", () => {
  it(`is at most ${working} requests at a time, and the others wait`, async () => {
    const { send, received, answer, answers, verifyWrite } = await connect();

    send(...pings(0, 500));
    await verifyWrite();
    expect(received).toHaveLength(working);
    await answer(0);
    await verifyWrite();
    expect(received).toHaveLength(working + 1);
    for (let id = 1; id < 500; id++) {
      await answer(id);
      await verifyWrite();
    }

    expect(received.map((it) => "id" in it && it.id)).toEqual(
      Array.from({ length: 500 }, (_, i) => i),
    );
    expect(answers()).toHaveLength(500);
  });

  it("is no longer what the client has cancelled", async () => {
    const { send, received, verifyWrite } = await connect();

    send(...pings(0, working - 1));
    send({ method: "notifications/cancelled", params: { requestId: 0 } });
    send(...pings(working, 5));
    await verifyWrite();

    expect(received).toHaveLength(working - 1 + 1 + 2);
  });

  it("lets the client's answers through, which requests wait for", async () => {
    const { transport, send, received, verifyWrite } = await connect();
    const method = "elicitation/create";

    send(...pings(0, working));
    await verifyWrite();
    await transport.send({ jsonrpc: "2.0", id: 7, method }, { relatedRequestId: 3 });
    send({ id: 7, result: {} });
    await verifyWrite();

    expect(received.at(-1)).toMatchObject({ id: 7, result: {} });
  });

  it(`is at most ${unanswered} requests in all; more are refused`, async () => {
    const { transport, send, received, answers, verifyWrite } = await connect();

    for (let id = 0; id < unanswered; id++) {
      send({ id, method: "tools/call", params: { name: "a" } });
      await verifyWrite();
      const question = { jsonrpc: "2.0" as const, id, method: "elicitation/create" };
      await transport.send(question, { relatedRequestId: id });
    }
    send({ id: "more", method: "ping" });
    await verifyWrite();

    expect(received).toHaveLength(unanswered);
    expect(answers().at(-1)).toMatchObject({ id: "more", error: { code: -32_000 } });
  });
});

describe("a client that does not read", () => {
  it("is not read from either, until it reads again", async () => {
    const { stdin, send, received, answers, answer, stopReading, readOn, verifyWrite } =
      await connect();
    stopReading();

    send({ id: 0, method: "ping" });
    await verifyWrite();
    await answer(0, { text: "x".repeat(2 * stdioLimits.unwrittenBytes) });
    send(...pings(1, 10));
    await verifyWrite();
    expect(received).toHaveLength(1);
    expect(stdin.isPaused()).toBe(true);

    readOn();
    await verifyWrite();
    expect(received).toHaveLength(11);
    expect(answers()).toHaveLength(1);
  });

  it("is told of a change once", async () => {
    const { transport, answers, stopReading, readOn, verifyWrite } = await connect();
    const changed = { jsonrpc: "2.0", method: "notifications/prompts/list_changed" } as const;
    stopReading();

    for (let count = 0; count < 5; count++) await transport.send(changed);
    await verifyWrite();
    readOn();
    await verifyWrite();
    expect(answers()).toEqual([changed]);
    await transport.send(changed);
    await verifyWrite();
    expect(answers()).toEqual([changed, changed]);
  });
});

describe("resources that are listened to", () => {
  const listen = (id: number, count: number) => ({
    id,
    method: "subscriptions/listen",
    params: {
      notifications: {
        resourceSubscriptions: Array.from({ length: count }, (_, index) => `prompts:/p${index}`),
      },
    },
  });

  it("are at most 1,000 of a client", async () => {
    const { transport, send, answers, received, verifyWrite } = await connect();

    send(listen(1, 600), listen(2, 600), listen(3, 400));
    await verifyWrite();

    expect(answers()).toMatchObject([{ id: 2, error: { code: -32_602 } }]);
    expect(received).toMatchObject([{ id: 1 }, { id: 3 }]);
    expect(transport.listened.size).toBe(600);
    send({ method: "notifications/cancelled", params: { requestId: 1 } });
    await verifyWrite();
    expect(transport.listened.size).toBe(400);
  });

  it("are none of a request that was refused", async () => {
    const { transport, send, verifyWrite } = await connect();

    send(listen(1, 600));
    await verifyWrite();
    await transport.send({ jsonrpc: "2.0", id: 1, error: { code: -32_601, message: "No." } });

    expect(transport.listened.size).toBe(0);
  });
});
