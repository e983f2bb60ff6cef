import { describe, expect, it } from "vitest";
import { checkMessage, messageLimits } from "../../src/server/message-check.ts";

const long = (length: number) => "x".repeat(length);
const deep = (levels: number) => JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`);
const request = (method: string, params?: unknown, id: unknown = 1) => ({
  jsonrpc: "2.0",
  id,
  method,
  ...(params === undefined ? {} : { params }),
});
const opening = (clientInfo: unknown, capabilities: unknown = {}) =>
  request("initialize", { protocolVersion: "2025-11-25", capabilities, clientInfo });
const client = { name: "test", version: "1.0.0" };
const clientKey = "io.modelcontextprotocol/clientInfo";

describe("a message", () => {
  it.each([
    ["a request", request("ping")],
    ["an id that is a text", request("ping", {}, "a")],
    ["an id as long as may be", request("ping", {}, long(messageLimits.id))],
    ["a notification", { jsonrpc: "2.0", method: "notifications/initialized" }],
    ["a result", { jsonrpc: "2.0", id: 1, result: {} }],
    ["an error", { jsonrpc: "2.0", id: 1, error: { code: 1, message: "No." } }],
    ["initialize", opening(client)],
    ["a long argument", request("prompts/get", { name: "a", arguments: { a: long(1_000_000) } })],
    [
      "a long answer to a question",
      request("tools/call", { name: "a", inputResponses: { a: long(100_000) } }),
    ],
    ["a method that there is not", request("constructor")],
  ])("goes on as it is: %s", (_, json) => {
    expect(checkMessage(json)).toEqual({ message: json });
  });

  it.each([
    ["a list", [request("ping")], null],
    ["null", null, null],
    ["a number", 7, null],
    ["nothing", {}, null],
    ["an id alone", { jsonrpc: "2.0", id: 4 }, 4],
    ["an id of null", request("ping", {}, null), null],
    ["an id that is a fraction", request("ping", {}, 1.5), null],
    ["an id that is too long", request("ping", {}, long(messageLimits.id + 1)), null],
    ["another version", { ...request("ping"), jsonrpc: "1.0" }, 1],
    ["no version", { id: 1, method: "ping" }, 1],
    ["a method that is a number", { jsonrpc: "2.0", id: 1, method: 7 }, 1],
    ["a method that is too long", request(long(messageLimits.name + 1)), 1],
    ["something else in it", { ...request("ping"), other: 1 }, 1],
    ["a wrong notification", { jsonrpc: "2.0", method: 7 }, undefined],
    // Its id is the server's: an error with it would be taken for the answer to a request of the client's.
    ["a wrong answer", { jsonrpc: "2.0", id: 1, result: "x" }, undefined],
  ])("is refused with -32600 and the id to be found by: %s", (_, json, id) => {
    const { refusal } = checkMessage(json);
    expect(refusal).toMatchObject({ code: -32_600, id });
    expect(refusal?.message).toMatch(/^Invalid request: [^\n]{1,300}\.$/);
  });

  it.each([
    ["parameters that are a list", request("ping", [1])],
    ["parameters that are a text", request("ping", "x")],
    ["_meta that is a text", request("ping", { _meta: "x" })],
    ["a progress token that is an object", request("ping", { _meta: { progressToken: {} } })],
    [
      "a progress token that is too long",
      request("ping", { _meta: { progressToken: long(messageLimits.id + 1) } }),
    ],
    ["a long _meta", request("ping", { _meta: { a: Array(9).fill(long(8_000)) } })],
    ["a deep _meta", request("ping", { _meta: { a: deep(5_000) } })],
    ["a long name", request("prompts/get", { name: long(messageLimits.text + 1) })],
    ["a long key", request("prompts/get", { other: { [long(messageLimits.text + 1)]: 1 } })],
    ["a long cursor", request("prompts/list", { cursor: long(messageLimits.text + 1) })],
    ["a long URI", request("resources/subscribe", { uri: `prompts:${"/".repeat(4_000_000)}` })],
    [
      "many long URIs",
      request("subscriptions/listen", {
        notifications: { resourceSubscriptions: Array(40).fill(long(8_000)) },
      }),
    ],
    [
      "very many URIs",
      request("subscriptions/listen", {
        notifications: { resourceSubscriptions: Array(300_000).fill("") },
      }),
    ],
    [
      "a long text to complete",
      request("completion/complete", { argument: { name: "a", value: long(10_000) } }),
    ],
    [
      "deep answers to questions",
      request("tools/call", { name: "a", inputResponses: { a: deep(5_000) } }),
    ],
    ["initialize without parameters", request("initialize")],
    ["initialize with others", request("initialize", { a: 1 })],
    ["a protocol version that is a number", request("initialize", { protocolVersion: 1 })],
    ["a client without a name", opening({ version: "1" })],
    ["capabilities that are a text", opening(client, "x")],
    ["a capability that is a number", opening(client, { roots: 7 })],
    ["deep capabilities", opening(client, { experimental: { a: deep(5_000) } })],
    ["long capabilities", opening(client, { experimental: { a: Array(9).fill(long(4_000)) } })],
    ["a client with a long name", opening({ ...client, name: long(4_000_000) })],
    ["a client with a name just too long", opening({ ...client, name: long(257) })],
    ["a client with a long version", opening({ ...client, version: long(257) })],
    [
      "a client with a long name, in a request of 2026-07-28",
      request("prompts/list", { _meta: { [clientKey]: { ...client, name: long(257) } } }),
    ],
  ])("is refused with -32602 in one sentence for its parameters: %s", (_, json) => {
    const { refusal } = checkMessage(json);
    expect(refusal).toMatchObject({ code: -32_602, id: 1 });
    expect(refusal?.message).toMatch(/^Invalid params[^\n{]{1,300}\.$/);
  });

  it("is called by no name of JavaScript's own", () => {
    const json = JSON.parse('{"jsonrpc":"2.0","id":1,"method":"__proto__","params":{}}');
    expect(checkMessage(json).message).toEqual(json);
  });
});
