import { PassThrough } from "node:stream";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import fc from "fast-check";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { PromptMemo } from "../../src/prompts/memo.ts";
import { RegistryError } from "../../src/registry/errors.ts";
import { cacheHints } from "../../src/server/cache-hints.ts";
import type { FastServer } from "../../src/server/fast-server.ts";
import { createServerFactory } from "../../src/server/server.ts";
import type { Session } from "../../src/session/session.ts";
import { FastStdio } from "../../src/stdio/fast-path.ts";
import { ListenedStdio } from "../../src/stdio/listeners.ts";
import { sessionOf } from "../support/embedded-session.ts";
import { eventually } from "../support/eventually.ts";
import { registryOfMany } from "../support/prompts-of-all-kinds.ts";
import { runs } from "../support/runs.ts";

type Message = Readonly<Record<string, unknown>>;

/** The client's end of a connection in this process. */
interface Connection {
  /** How many answers were given directly. */
  readonly direct: number;
  send(message: Message): void;
  /** The next line that comes back. */
  next(): Promise<string>;
  /** Ends standard input. */
  hangUp(): void;
  readonly closed: Promise<void>;
}

function connect(session: Session, way: "direct" | "sdk"): Connection {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const lines = stdout.setEncoding("utf8").iterator();
  const create = createServerFactory({
    memo: new PromptMemo(),
    cacheHints: cacheHints(1_000, session.readOnly),
  });
  const transport =
    way === "direct" ? new FastStdio(stdin, stdout) : new ListenedStdio(stdin, stdout);
  let served: FastServer | undefined;
  const answering = vi.fn();
  const connection = serveStdio(
    ({ era }) => {
      served = create(session, { era, lasting: true });
      const answer = served.respond.bind(served);
      served.respond = (...request) => {
        answering();
        return answer(...request);
      };
      if (transport instanceof FastStdio) transport.useServer(served, era);
      return served;
    },
    { transport },
  );
  onTestFinished(() => connection.close());
  let waiting: string[] = [];
  let begun = "";
  return {
    get direct() {
      return answering.mock.calls.length;
    },
    send: (message) => void stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`),
    async next() {
      while (waiting.length === 0) {
        const { value } = await lines.next();
        waiting = `${begun}${value}`.split("\n");
        begun = waiting.pop() ?? "";
      }
      return waiting.shift() ?? "";
    },
    hangUp: () => void stdin.end(),
    closed: new Promise((resolve) => {
      const { onclose } = transport;
      transport.onclose = () => {
        onclose?.();
        resolve();
      };
    }),
  };
}

const opening = (capabilities: object = {}, name = "test") => ({
  id: "opening",
  method: "initialize",
  params: {
    protocolVersion: "2025-11-25",
    capabilities,
    clientInfo: { name, version: "1.0.0" },
  },
});

async function open(connection: Connection, capabilities?: object, name?: string): Promise<void> {
  connection.send(opening(capabilities, name));
  expect(await connection.next()).toContain('"serverInfo"');
  connection.send({ method: "notifications/initialized" });
}

async function answersOf(session: Session, message: Message, client?: string) {
  const direct = connect(session, "direct");
  const sdk = connect(session, "sdk");
  for (const connection of [direct, sdk]) {
    await open(connection, {}, client);
    connection.send(message);
  }
  const answers = [await direct.next(), await sdk.next()] as const;
  expect(sdk.direct).toBe(0);
  return { answers, wasDirect: direct.direct === 1 };
}

const get = (params: Message, id: unknown = 7) => ({ id, method: "prompts/get", params });
const list = (params?: Message) => ({ id: 7, method: "prompts/list", ...(params && { params }) });

function failing(error: Error): Session {
  return sessionOf(
    new Proxy(Object.create(null), {
      get: () => () => Promise.reject(error),
    }),
  );
}

describe("a plain request for prompts", () => {
  it.each([
    ["a list", list({})],
    ["a list without parameters", list()],
    ["a list at a cursor that is none", list({ cursor: "x" })],
    ["a cursor that is no text", list({ cursor: 7 })],
    ["a prompt", get({ name: "greet", arguments: { who: "Ann" } })],
    ["its safe names", get({ name: "greet", arguments: { who: "", tone_of: "loud" } })],
    ["no arguments", get({ name: "plain" })],
    ["a reference", get({ name: "plain@production" })],
    ["a prompt that there is not", get({ name: "gret" })],
    ["no name", get({})],
    ["a name that is no text", get({ name: 7 })],
    ["a missing argument", get({ name: "greet" })],
    ["a surplus one", get({ name: "greet", arguments: { who: "A", b: "c" } })],
    ["arguments that are none", get({ name: "greet", arguments: "x" })],
    ["Jinja2", get({ name: "jinja", arguments: { y: "b" } })],
    ["mustache", get({ name: "mustache", arguments: { on: "1", a: "2" } })],
    ["a chat", get({ name: "chat", arguments: { tone: "kind" } })],
    ["a progress token", get({ name: "plain", _meta: { progressToken: 3 } })],
    ["an id that is a text", get({ name: "plain" }, 'a "b" é')],
    ["an id of 0", get({ name: "plain" }, 0)],
  ])("is answered directly as by the SDK: %s", async (_, message) => {
    const { answers, wasDirect } = await answersOf(sessionOf(await registryOfMany()), message);

    expect(answers[0]).toBe(answers[1]);
    expect(wasDirect).toBe(true);
  });

  it("is answered as its host needs it", async () => {
    const session = sessionOf(await registryOfMany());
    const message = get({ name: "chat", arguments: { tone: "kind" } });

    const plain = await answersOf(session, message);
    const single = await answersOf(session, message, "gemini-cli-mcp-client");

    expect(single.wasDirect).toBe(true);
    expect(single.answers[0]).toBe(single.answers[1]);
    expect(single.answers[0]).not.toBe(plain.answers[0]);
  });

  it.each([
    ["the registry's", new RegistryError("unavailable", "It is away.")],
    ["a fault", new TypeError("It is a fault.")],
    ["one with data", Object.assign(new Error("No."), { code: -32_002, data: { a: 1 } })],
  ])("fails as by the SDK: %s", async (_, error) => {
    const { answers, wasDirect } = await answersOf(failing(error), get({ name: "plain" }));

    expect(answers[0]).toBe(answers[1]);
    expect(answers[0]).toContain('"error"');
    expect(wasDirect).toBe(true);
  });

  it("asks the person for what is missing", async () => {
    const connection = connect(sessionOf(await registryOfMany()), "direct");
    await open(connection, { elicitation: {} });

    connection.send(get({ name: "greet" }));
    const question = JSON.parse(await connection.next());
    expect(question).toMatchObject({ method: "elicitation/create" });
    connection.send({ id: question.id, result: { action: "accept", content: { who: "Ann" } } });

    expect(JSON.parse(await connection.next())).toMatchObject({
      id: 7,
      result: { messages: [{ content: { text: expect.stringContaining("Hello Ann") } }] },
    });
    expect(connection.direct).toBe(1);
  });
});

describe("what is not plain", () => {
  it.each([
    ["another method", { id: 7, method: "tools/list" }],
    ["a method that there is not", { id: 7, method: "prompts/other" }],
    ["a foreign key of _meta", get({ name: "plain", _meta: { "example.org/key": 1 } })],
    ["another parameter", get({ name: "plain", other: 1 })],
    ["an envelope", list({ _meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28" } })],
  ])("goes the SDK's way: %s", async (_, message) => {
    const { answers, wasDirect } = await answersOf(sessionOf(await registryOfMany()), message);

    expect(answers[0]).toBe(answers[1]);
    expect(wasDirect).toBe(false);
  });

  it("is what comes before the client has said who it is", async () => {
    const connection = connect(sessionOf(await registryOfMany()), "direct");

    connection.send(get({ name: "plain" }));
    expect(await connection.next()).toContain('"messages"');

    expect(connection.direct).toBe(0);
  });

  it("is what a client of 2026-07-28 sends", async () => {
    const connection = connect(sessionOf(await registryOfMany()), "direct");
    const _meta = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientInfo": { name: "test", version: "1.0.0" },
      "io.modelcontextprotocol/clientCapabilities": {},
    };

    connection.send(get({ name: "plain", _meta }));
    expect(await connection.next()).toContain('"messages"');
    connection.send(get({ name: "plain" }));
    expect(await connection.next()).toContain('"error"');

    expect(connection.direct).toBe(0);
  });
});

const modernMeta = (change: Message = {}) => ({
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "test", version: "1.0.0" },
  "io.modelcontextprotocol/clientCapabilities": {},
  ...change,
});

async function modernAnswersOf(session: Session, message: Message) {
  const fast = connect(session, "direct");
  const sdk = connect(session, "sdk");
  for (const connection of [fast, sdk]) {
    connection.send({ id: 1, method: "prompts/list", params: { _meta: modernMeta() } });
    expect(await connection.next()).toContain('"prompts"');
    expect(connection.direct).toBe(0);
    connection.send(message);
  }
  const answers = [await fast.next(), await sdk.next()] as const;
  expect(sdk.direct).toBe(0);
  return { answers, wasDirect: fast.direct === 1 };
}

describe("a 2026-07-28 connection", () => {
  const _meta = modernMeta();
  it.each([
    ["a list", list({ _meta })],
    ["a cursor that is no text", list({ cursor: 7, _meta })],
    ["a prompt", get({ name: "greet", arguments: { who: "Ann" }, _meta })],
    ["an unknown prompt", get({ name: "gret", _meta })],
    ["no name", get({ _meta })],
    ["a name that is no text", get({ name: 7, _meta })],
    ["a missing argument", get({ name: "greet", _meta })],
    [
      "an elicitation",
      get({
        name: "greet",
        _meta: modernMeta({
          "io.modelcontextprotocol/clientCapabilities": { elicitation: {} },
        }),
      }),
    ],
    ["an id that is a text", get({ name: "plain", _meta }, 'a "b" é')],
  ])("uses the fast path with the SDK's bytes: %s", async (_, message) => {
    const session = sessionOf(await registryOfMany());
    const { answers, wasDirect } = await modernAnswersOf(session, message);

    expect(answers[0]).toBe(answers[1]);
    expect(wasDirect).toBe(true);
  });

  it.each([
    ["no envelope", get({ name: "plain" })],
    ["a progress token", list({ _meta: modernMeta({ progressToken: 1 }) })],
    ["a foreign key of _meta", list({ _meta: modernMeta({ "example.org/key": 1 }) })],
    [
      "another revision",
      list({ _meta: modernMeta({ "io.modelcontextprotocol/protocolVersion": "2030-01-01" }) }),
    ],
    [
      "capabilities that are none",
      list({ _meta: modernMeta({ "io.modelcontextprotocol/clientCapabilities": 1 }) }),
    ],
    ["a state", get({ name: "plain", requestState: "x", _meta })],
    ["another method", { id: 7, method: "tools/list", params: { _meta } }],
  ])("leaves to the SDK: %s", async (_, message) => {
    const session = sessionOf(await registryOfMany());
    const { answers, wasDirect } = await modernAnswersOf(session, message);

    expect(answers[0]).toBe(answers[1]);
    expect(wasDirect).toBe(false);
  });

  it("cancels a request on the fast path", async () => {
    const registry = await registryOfMany();
    const connection = connect(sessionOf(registry), "direct");
    connection.send({ id: 1, method: "prompts/list", params: { _meta } });
    await connection.next();
    const called = new Promise<AbortSignal | undefined>((resolve) => {
      vi.spyOn(registry, "getVersion").mockImplementation((_name, _selector, options) => {
        resolve(options?.signal);
        return new Promise(() => {});
      });
    });
    connection.send(get({ name: "plain", _meta }));
    const signal = await called;
    expect(connection.direct).toBe(1);

    connection.send({ method: "notifications/cancelled", params: { requestId: 7 } });
    await eventually(() => expect(signal?.aborted).toBe(true));
  });

  it("can still become one of the 2025 era after server/discover", async () => {
    const connection = connect(sessionOf(await registryOfMany()), "direct");
    connection.send({ id: 1, method: "server/discover", params: { _meta } });
    expect(await connection.next()).toContain('"result"');

    await open(connection);
    connection.send(get({ name: "plain" }));

    expect(await connection.next()).toContain('"messages"');
    expect(connection.direct).toBe(1);
  });

  it("stays one when server/discover comes before its first request", async () => {
    const connection = connect(sessionOf(await registryOfMany()), "direct");
    connection.send({ id: 1, method: "server/discover", params: { _meta } });
    await connection.next();
    connection.send(list({ _meta }));
    await connection.next();
    expect(connection.direct).toBe(0);

    connection.send(opening());

    expect(await connection.next()).toContain('"error"');
  });
});

describe("a request that is given up", () => {
  it.each(["cancelled", "hung up on"])("has no answer, and none is looked for: %s", async (how) => {
    const registry = await registryOfMany();
    let fail: (error: Error) => void = () => {};
    const asked = new Promise<AbortSignal | undefined>((resolve) => {
      vi.spyOn(registry, "getVersion").mockImplementation((_name, _selector, options) => {
        resolve(options?.signal);
        return new Promise((_, reject) => {
          fail = reject;
        });
      });
    });
    const connection = connect(sessionOf(registry), "direct");
    await open(connection);
    connection.send(get({ name: "plain" }));
    const signal = await asked;
    expect(signal?.aborted).toBe(false);

    if (how === "cancelled") {
      connection.send({ method: "notifications/cancelled", params: { requestId: 7 } });
      connection.send({ id: 8, method: "ping" });
      await expect(connection.next()).resolves.toBe('{"result":{},"jsonrpc":"2.0","id":8}');
    } else {
      connection.hangUp();
      await connection.closed;
    }
    expect(signal?.aborted).toBe(true);
    fail(new Error("Given up."));

    if (how === "cancelled") {
      connection.send({ id: 9, method: "ping" });
      await expect(connection.next()).resolves.toContain('"id":9');
    }
  });
});

it("answers whatever comes as the SDK does", async () => {
  const session = sessionOf(await registryOfMany());
  const direct = connect(session, "direct");
  const sdk = connect(session, "sdk");
  await Promise.all([open(direct), open(sdk)]);
  const json = fc.jsonValue({ maxDepth: 2 });
  const rarely = <T, U>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<U>) =>
    fc.oneof({ weight: 20, arbitrary: usual }, { weight: 1, arbitrary: odd });
  const names = fc.constantFrom("greet", "plain", "none", "", "é", "prompts:/plain/1");
  const values = fc.dictionary(fc.constantFrom("who", "tone_of", "b"), fc.string());
  const params = fc.record(
    {
      name: rarely(names, json),
      cursor: rarely(fc.constant(undefined), json),
      arguments: rarely(values, json),
      _meta: rarely(fc.constantFrom({}, { progressToken: 1 }), fc.dictionary(fc.string(), json)),
      inputResponses: rarely(fc.constant(undefined), json),
      requestState: rarely(fc.constant(undefined), json),
    },
    { requiredKeys: [] },
  );
  const method = fc.constantFrom("prompts/get", "prompts/list");

  await fc.assert(
    fc.asyncProperty(method, rarely(params, fc.constant(undefined)), async (method, params) => {
      for (const connection of [direct, sdk]) connection.send({ id: 1, method, params });
      expect(await direct.next()).toBe(await sdk.next());
    }),
    { numRuns: runs(300) },
  );
  expect(direct.direct).toBeGreaterThan(runs(100));
});
