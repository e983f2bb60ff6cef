import { readFileSync } from "node:fs";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import {
  type Answered,
  initialize,
  openSession,
  post,
  postModern,
  rpc,
} from "../support/http-service.ts";
import { isolated, program, startHttp } from "../support/program.ts";
import {
  envelope,
  initializeRaw,
  type RawMessage,
  type RawStdio,
  startRaw,
} from "../support/raw-stdio.ts";

type Params = Readonly<Record<string, unknown>>;
/** Sends one request; resolves with its answer. */
type Send = (method: string, params: Params) => Promise<RawMessage | undefined>;

/** One sentence, and no JSON of a schema. */
const sentence = /^[A-Z][^\n{[]{10,300}\.?$/;
/** Too long, and yet not for a header. */
const long = "x".repeat(9_000);

let url: string;
/** Its connection is of the 2025 era. */
let opened: RawStdio;

beforeAll(async () => {
  ({ url } = await startHttp(isolated().environment));
  opened = startRaw();
  await initializeRaw(opened);
});

const ways: Readonly<Record<string, () => Promise<Send>>> = {
  "stdio, 2025 era": async () => (method, params) => {
    opened.send({ id: 1, method, params });
    return opened.next();
  },
  "stdio, 2026-07-28": async () => {
    const stdio = startRaw();
    return (method, params) => {
      stdio.send({ id: 1, method, params: { ...params, _meta: envelope } });
      return stdio.next();
    };
  },
  "HTTP, 2025 era": async () => async (method, params) =>
    messageOf(await post(url, rpc(method, params))),
  "HTTP, 2025 era, in a session": async () => {
    const session = await openSession(url);
    return async (method, params) => messageOf(await post(url, rpc(method, params), session));
  },
  "HTTP, 2026-07-28": async () => async (method, params) =>
    messageOf(await postModern(url, method, params)),
};

function messageOf({ text }: Answered): RawMessage {
  return JSON.parse(/\{.*\}/.exec(text)?.[0] ?? "{}");
}

const wrong: readonly (readonly [string, Params])[] = [
  ["tools/list", { cursor: 7 }],
  ["prompts/list", { cursor: 7 }],
  ["prompts/list", { cursor: "none" }],
  ["prompts/list", { cursor: long }],
  ["prompts/get", {}],
  ["prompts/get", { name: long }],
  ["prompts/get", { name: "brainstorm", arguments: [] }],
  ["prompts/get", { name: "brainstorm", arguments: { topic: 7 } }],
  ["resources/list", { cursor: [] }],
  ["resources/templates/list", { cursor: {} }],
  ["resources/read", { uri: 7 }],
  ["resources/read", { uri: `prompts:${"/".repeat(9_000)}` }],
  ["completion/complete", {}],
  ["completion/complete", { ref: { type: "ref/tool" }, argument: { name: "a", value: "b" } }],
  ["completion/complete", { ref: { type: "ref/prompt", name: "brainstorm" }, argument: {} }],
  ["tools/call", {}],
  ["tools/call", { name: "list_prompts", arguments: 7 }],
  ["tools/call", { name: "no_such_tool", arguments: {} }],
  ["tools/call", { name: "constructor", arguments: {} }],
  ["tools/call", { name: long }],
];

describe.each(Object.entries(ways))("over %s, wrong parameters", (way, open) => {
  it("are answered with -32602 and a sentence, whatever the method", async () => {
    const send = await open();
    const own: readonly (readonly [string, Params])[] = way.includes("2026")
      ? [["subscriptions/listen", {}]]
      : [["ping", { _meta: 7 }]];
    for (const [method, params] of [...wrong, ...own]) {
      const answer = await send(method, params);
      const about = `${method} ${JSON.stringify(params).slice(0, 100)}`;
      expect(answer, about).toMatchObject({ id: 1, error: { code: -32_602 } });
      expect(answer?.error?.message, about).toMatch(sentence);
    }
    expect((await send("tools/list", {}))?.result).toBeDefined();
  });
});

describe("initialize", () => {
  const wrong: readonly Params[] = [
    {},
    { protocolVersion: 7, capabilities: {}, clientInfo: { name: "a", version: "1" } },
    { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: long, version: "1" } },
    { protocolVersion: "2025-11-25", capabilities: 7, clientInfo: { name: "a", version: "1" } },
  ];

  it.each(wrong)(
    "with wrong parameters is answered with -32602 and a sentence: %#",
    async (params) => {
      const stdio = startRaw();

      stdio.send({ id: 1, method: "initialize", params });
      for (const answer of [
        await stdio.next(),
        (await post(url, rpc("initialize", params))).message,
      ]) {
        expect(answer).toMatchObject({ id: 1, error: { code: -32_602 } });
        expect(answer?.error?.message).toMatch(sentence);
      }
      stdio.send(initialize());
      expect((await stdio.next()).result).toBeDefined();
    },
  );
});

describe("over stdio", () => {
  it("lines that are no messages are answered, and the connection goes on", async () => {
    for (const [line, id, code] of [
      ["{", null, -32_700],
      ["null", null, -32_600],
      ['[{"jsonrpc":"2.0","id":1,"method":"ping"}]', null, -32_600],
      ['{"jsonrpc":"2.0","id":null,"method":"ping"}', null, -32_600],
      ['{"jsonrpc":"2.0","id":5,"method":7}', 5, -32_600],
      ['{"id":"b","method":"ping"}', "b", -32_600],
      [
        `{"jsonrpc":"2.0","id":6,"method":"ping","params":"${long}${"y".repeat(5_000_000)}"}`,
        null,
        -32_600,
      ],
    ] as const) {
      opened.send(line);
      const answer = await opened.next();
      expect(answer, line.slice(0, 50)).toMatchObject({ id, error: { code } });
      expect(answer.error?.message).toMatch(sentence);
    }
    opened.send({ id: 8, method: "ping" });
    expect(await opened.next()).toMatchObject({ id: 8, result: {} });
  });

  it("a v1 client hears of an unknown tool as an error of the protocol, and goes on", async () => {
    const client = new Client({ name: "test", version: "1.0.0" });
    const { environment } = isolated();
    await client.connect(
      new StdioClientTransport({ command: process.execPath, args: [program], env: environment }),
    );
    onTestFinished(() => client.close());

    await expect(client.callTool({ name: "no_such_tool" })).rejects.toMatchObject({
      code: -32_602,
    });
    expect((await client.listTools()).tools.length).toBeGreaterThan(0);
  });

  it("a client that reads no answers is not read from, and has them all in the end", async () => {
    const stdio = startRaw(["--max-old-space-size=128"]);
    // Unread, as many answers take 85 MB: the program has 90 MB without them.
    const count = 1_000;
    const noted = { _meta: { note: "x".repeat(200) } };
    const { child } = stdio;
    const clientInfo = { name: "test", version: "1.0.0" };
    const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
    stdio.send({ id: "opening", method: "initialize", params });
    stdio.send({ method: "notifications/initialized" });
    for (let id = 0; id < count; id++) stdio.send({ id, method: "tools/list", params: noted });

    // It has stopped to read when what it has not taken stays the same.
    let left = -1;
    await vi.waitUntil(
      () => {
        const before = left;
        left = child.stdin.writableLength;
        return left > 0 && left === before;
      },
      { interval: 500, timeout: 20_000 },
    );
    const memory = Number(/^VmHWM:\s+(\d+) kB$/m.exec(statusOf(child.pid))?.[1]) / 1_024;
    expect(memory).toBeLessThan(140);
    const ids = new Set<unknown>();
    while (ids.size < count + 1) ids.add((await stdio.next()).id);
  });
});

function statusOf(pid: number | undefined): string {
  return readFileSync(`/proc/${pid}/status`, "utf8");
}
