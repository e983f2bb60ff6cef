import { request } from "node:http";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import {
  RegistryError,
  type RegistryErrorKind,
  type RegistryErrorSubject,
} from "../../../src/registry/errors.ts";
import type { Session } from "../../../src/session/session.ts";
import { emptyRegistry, sessionOf, text } from "../../support/embedded-session.ts";
import { eventually } from "../../support/eventually.ts";
import { modern } from "../../support/http-service.ts";
import { registryOfMany } from "../../support/prompts-of-all-kinds.ts";
import { runs } from "../../support/runs.ts";
import { type Sent, startTwoWays, type TwoWays } from "../../support/two-ways.ts";

const envelope = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "test", version: "1.0.0" },
  "io.modelcontextprotocol/clientCapabilities": {},
};

/** A request as a client sends it, but for what is given. */
function sent(
  method: string,
  params: Readonly<Record<string, unknown>> = {},
  change: {
    readonly meta?: Readonly<Record<string, unknown>>;
    readonly message?: Readonly<Record<string, unknown>>;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Sent {
  const { body, headers } = modern(method, params);
  const meta = { ...envelope, ...change.meta };
  const message = { ...body, params: { ...params, _meta: meta }, ...change.message };
  return { headers: { ...headers, ...change.headers }, body: JSON.stringify(message) };
}

async function expectAlike(ways: TwoWays, request: Sent, isDirect: boolean): Promise<string> {
  const direct = await ways.direct(request);
  const wasDirect = ways.wasDirect;
  expect(direct).toEqual(await ways.sdk(request));
  expect(wasDirect).toBe(isDirect);
  return direct.text;
}

const elicitation = (capability: object) => ({
  meta: { "io.modelcontextprotocol/clientCapabilities": { elicitation: capability } },
});

describe("a plain request for prompts", () => {
  it.each([
    ["a list", sent("prompts/list")],
    ["a list with other headers", sent("prompts/list", {}, { headers: { "mcp-name": "any" } })],
    ["a list at a cursor that is none", sent("prompts/list", { cursor: "x" })],
    ["a cursor that is no text", sent("prompts/list", { cursor: 7 })],
    ["a prompt", sent("prompts/get", { name: "greet", arguments: { who: "Ann" } })],
    [
      "its safe names",
      sent("prompts/get", { name: "greet", arguments: { who: "", tone_of: "loud" } }),
    ],
    ["no arguments", sent("prompts/get", { name: "plain" })],
    ["a reference", sent("prompts/get", { name: "plain@production" })],
    ["a prompt that there is not", sent("prompts/get", { name: "gret" })],
    ["a name that is empty", sent("prompts/get", { name: "" })],
    ["a missing argument", sent("prompts/get", { name: "greet" })],
    ["a surplus one", sent("prompts/get", { name: "greet", arguments: { who: "A", b: "c" } })],
    ["one that is no text", sent("prompts/get", { name: "greet", arguments: { who: [1] } })],
    ["arguments that are none", sent("prompts/get", { name: "greet", arguments: "x" })],
    ["Jinja2", sent("prompts/get", { name: "jinja", arguments: { y: "b" } })],
    ["mustache", sent("prompts/get", { name: "mustache", arguments: { on: "1", a: "2" } })],
    ["a chat", sent("prompts/get", { name: "chat", arguments: { tone: "kind" } })],
    [
      "a host that takes one message",
      sent(
        "prompts/get",
        { name: "chat", arguments: { tone: "kind" } },
        {
          meta: {
            "io.modelcontextprotocol/clientInfo": { name: "gemini-cli-mcp-client", version: "1" },
          },
        },
      ),
    ],
    ["an id that is a text", sent("prompts/list", {}, { message: { id: 'a "b" é' } })],
    ["an id of 0", sent("prompts/list", {}, { message: { id: 0 } })],
    ["a question", sent("prompts/get", { name: "greet" }, elicitation({}))],
    ["a question in a form", sent("prompts/get", { name: "greet" }, elicitation({ form: {} }))],
    ["nobody to ask", sent("prompts/get", { name: "greet" }, elicitation({ url: {} }))],
    ["other parameters", sent("prompts/list", { other: { a: 1 }, __proto__: { cursor: "x" } })],
  ])("is answered directly as by the SDK: %s", async (_, request) => {
    const ways = await startTwoWays(sessionOf(await registryOfMany()));

    await expectAlike(ways, request, true);
  });

  it("is answered with what has changed, and is the same as long as nothing has", async () => {
    const registry = await registryOfMany();
    const page = await registry.searchPrompts({ limit: 1_000 });
    const search = vi.spyOn(registry, "searchPrompts").mockResolvedValue(page);
    const ways = await startTwoWays(sessionOf(registry));

    const first = await expectAlike(ways, sent("prompts/list"), true);
    expect(await expectAlike(ways, sent("prompts/list"), true)).toBe(first);

    search.mockRestore();
    await registry.registerVersion("greet", text("Other {{ words }}"));
    const later = await expectAlike(ways, sent("prompts/list"), true);
    expect(later).toContain("words");
    expect(first).not.toContain("words");
  });
});

describe("a failure of the registry", () => {
  const kinds: readonly RegistryErrorKind[] = [
    ...(["not_found", "already_exists", "invalid", "conflict", "unauthenticated"] as const),
    ...(["forbidden", "unavailable", "unreadable", "cancelled"] as const),
  ];
  const subjects: readonly RegistryErrorSubject[] = [{}, { workspace: "a" }, { prompt: "p" }];
  const failures = kinds.flatMap((kind) => subjects.map((subject) => ({ kind, subject })));

  it.each(failures)("has the status it has by the SDK: %j", async ({ kind, subject }) => {
    for (const challenge of [undefined, 'Basic realm="MLflow"']) {
      const ways = await startTwoWays(
        failing(new RegistryError(kind, "It failed.", subject)),
        challenge,
      );
      await expectAlike(ways, sent("prompts/list"), true);
      await expectAlike(ways, sent("prompts/get", { name: "p" }), true);
    }
  });

  it.each([
    ["of this program", new TypeError("It is a fault.")],
    ["with a code that is a text", Object.assign(new Error("No."), { code: "ENOENT" })],
    ["with a code and data", Object.assign(new Error("No."), { code: -32_002, data: { a: 1 } })],
    ["that needs a capability", Object.assign(new Error("No."), { code: -32_021 })],
  ])("that is a fault %s is one", async (_, fault) => {
    const ways = await startTwoWays(failing(fault));

    await expectAlike(ways, sent("prompts/list"), true);
    await expectAlike(ways, sent("prompts/get", { name: "p" }), true);
  });

  it("is told to the session", async () => {
    const failed = vi.fn();
    const error = new RegistryError("unavailable", "It is away.");
    const ways = await startTwoWays({ ...failing(error), failed });

    await ways.direct(sent("prompts/list"));

    expect(failed).toHaveBeenCalledExactlyOnceWith(error, undefined);
  });
});

describe("what is not plain", () => {
  it.each([
    ["another method", sent("tools/list")],
    ["a method that there is not", sent("prompts/other")],
    [
      "a version header that differs",
      sent("prompts/list", {}, { headers: { "mcp-protocol-version": "2025-11-25" } }),
    ],
    [
      "a method header that differs",
      sent("prompts/list", {}, { headers: { "mcp-method": "prompts/get" } }),
    ],
    [
      "a name header that differs",
      sent("prompts/get", { name: "plain" }, { headers: { "mcp-name": "greet" } }),
    ],
    [
      "an encoded name",
      sent(
        "prompts/get",
        { name: "plain" },
        { headers: { "mcp-name": `=?base64?${btoa("plain")}?=` } },
      ),
    ],
    ["a name that looks encoded", sent("prompts/get", { name: "=?base64?eA==?=" })],
    ["a progress token", sent("prompts/list", {}, { meta: { progressToken: 1 } })],
    [
      "a log level",
      sent("prompts/list", {}, { meta: { "io.modelcontextprotocol/logLevel": "debug" } }),
    ],
    ["a foreign key of _meta", sent("prompts/list", {}, { meta: { "example.org/key": 1 } })],
    [
      "an envelope without capabilities",
      sent(
        "prompts/list",
        {},
        { meta: { "io.modelcontextprotocol/clientCapabilities": undefined } },
      ),
    ],
    [
      "capabilities that are none",
      sent("prompts/list", {}, { meta: { "io.modelcontextprotocol/clientCapabilities": 1 } }),
    ],
    [
      "a client that is none",
      sent("prompts/list", {}, { meta: { "io.modelcontextprotocol/clientInfo": "me" } }),
    ],
    [
      "another revision",
      sent(
        "prompts/list",
        {},
        { meta: { "io.modelcontextprotocol/protocolVersion": "2030-01-01" } },
      ),
    ],
    ["no envelope", sent("prompts/list", {}, { message: { params: {} } })],
    ["no parameters", sent("prompts/list", {}, { message: { params: undefined } })],
    ["a notification", sent("prompts/list", {}, { message: { id: undefined } })],
    ["an id that is null", sent("prompts/list", {}, { message: { id: null } })],
    ["an id with a fraction", sent("prompts/list", {}, { message: { id: 1.5 } })],
    ["other JSON-RPC", sent("prompts/list", {}, { message: { jsonrpc: "1.0" } })],
    ["another member", sent("prompts/list", {}, { message: { other: 1 } })],
    ["no name", sent("prompts/get", {})],
    ["a name that is no text", sent("prompts/get", { name: 7 }, { headers: { "mcp-name": "7" } })],
    [
      "answers to a question",
      sent(
        "prompts/get",
        {
          name: "greet",
          inputResponses: { arguments: { action: "accept", content: { who: "Bo" } } },
        },
        elicitation({}),
      ),
    ],
    ["a state", sent("prompts/get", { name: "plain", requestState: "x" })],
    ["a batch", { ...sent("prompts/list"), body: `[${sent("prompts/list").body}]` }],
    ["no object", { ...sent("prompts/list"), body: "null" }],
  ])("goes the SDK's way: %s", async (_, request) => {
    const ways = await startTwoWays(sessionOf(await registryOfMany()));

    await expectAlike(ways, request, false);
  });
});

it("answers whatever comes as the SDK does", async () => {
  const ways = await startTwoWays(sessionOf(await registryOfMany()));
  const names = fc.constantFrom(
    "greet",
    "plain",
    "none",
    "",
    "é",
    "=?base64?eA==?=",
    "prompts:/plain/1",
  );
  const json = fc.jsonValue({ maxDepth: 2 });
  const rarely = <T, U>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<U>) =>
    fc.oneof({ weight: 30, arbitrary: usual }, { weight: 1, arbitrary: odd });
  const headers = (name: string, method: string) =>
    fc.record({
      "mcp-protocol-version": rarely(
        fc.constant("2026-07-28"),
        fc.constantFrom(undefined, "", " 2026-07-28 ", "2025-11-25", "x"),
      ),
      "mcp-method": rarely(
        fc.constant(method),
        fc.constantFrom(undefined, "", "tools/list", "prompts/list", "PROMPTS/GET"),
      ),
      "mcp-name": rarely(
        fc.constant(/^[ -~]*$/.test(name) ? name : "x"),
        fc.constantFrom(undefined, "", "x", " plain "),
      ),
    });
  const meta = fc.record(
    {
      "io.modelcontextprotocol/protocolVersion": rarely(fc.constant("2026-07-28"), json),
      "io.modelcontextprotocol/clientInfo": rarely(fc.constant({ name: "t", version: "1" }), json),
      "io.modelcontextprotocol/clientCapabilities": rarely(
        fc.constantFrom({}, { elicitation: {} }),
        json,
      ),
      progressToken: rarely(fc.constant(undefined), json),
    },
    {
      requiredKeys: [
        "io.modelcontextprotocol/protocolVersion",
        "io.modelcontextprotocol/clientCapabilities",
      ],
    },
  );
  const body = (name: string, method: string) =>
    fc.record(
      {
        jsonrpc: rarely(fc.constant("2.0"), json),
        id: rarely(fc.oneof(fc.integer(), fc.string()), json),
        method: rarely(fc.constant(method), json),
        params: rarely(
          fc.record(
            {
              name: rarely(fc.constant(name), json),
              cursor: rarely(fc.constant(undefined), json),
              arguments: rarely(
                fc.dictionary(fc.constantFrom("who", "tone_of", "b"), fc.string()),
                json,
              ),
              _meta: rarely(meta, json),
            },
            { requiredKeys: ["name", "_meta"] },
          ),
          json,
        ),
      },
      { requiredKeys: ["jsonrpc", "id", "method", "params"] },
    );
  const methods = fc.constantFrom("prompts/get", "prompts/list");
  const requests = fc
    .tuple(names, methods)
    .chain((asked) => fc.tuple(headers(...asked), body(...asked)));
  let direct = 0;
  await fc.assert(
    fc.asyncProperty(requests, async ([headers, body]) => {
      const request = { headers: defined(headers), body: JSON.stringify(body) };
      const answer = await ways.direct(request);
      if (ways.wasDirect) direct++;
      expect(answer).toEqual(await ways.sdk(request));
    }),
    { numRuns: runs(300) },
  );
  // Else nothing would have been compared.
  expect(direct).toBeGreaterThan(runs(50));
});

describe("a request whose client goes", () => {
  it("is given up", async () => {
    const { session, signals } = waiting();
    const ways = await startTwoWays(session);
    const { headers, body } = sent("prompts/list");

    const outgoing = request(`${ways.url}/direct`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
    });
    outgoing.on("error", () => undefined);
    outgoing.end(body);
    await eventually(() => expect(signals).toHaveLength(1));
    outgoing.destroy();

    await eventually(() => expect(signals[0]?.aborted).toBe(true));
  });

  it("is given up as well when the server ends", async () => {
    const { session, signals } = waiting();
    const ways = await startTwoWays(session);

    const answering = ways.direct(sent("prompts/list"));
    await eventually(() => expect(signals).toHaveLength(1));
    ways.way.close();

    expect(await answering).toMatchObject({ status: 499, text: "", outcome: "499" });
  });
});

/** A session whose registry fails at everything. */
function failing(error: Error): Session {
  const fail = () => Promise.reject(error);
  const registry = emptyRegistry();
  for (const method of ["searchPrompts", "getPrompt", "getVersion", "getVersions"] as const) {
    vi.spyOn(registry, method).mockImplementation(fail);
  }
  return sessionOf(registry);
}

/** A session whose registry does not answer before the call is given up. */
function waiting(): { session: Session; signals: AbortSignal[] } {
  const signals: AbortSignal[] = [];
  const registry = emptyRegistry();
  vi.spyOn(registry, "searchPrompts").mockImplementation(
    (_, { signal } = {}) =>
      new Promise((_, reject) => {
        if (!signal) throw new Error("There is no signal.");
        signals.push(signal);
        signal.addEventListener("abort", () => {
          reject(new RegistryError("cancelled", "The call was given up."));
        });
      }),
  );
  return { session: sessionOf(registry), signals };
}

function defined(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}
