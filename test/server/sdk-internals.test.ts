import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Server, type ServerContext } from "@modelcontextprotocol/server";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { modernRevision } from "../../src/server/fast-path.ts";
import { SdkServer, sdkRelease } from "../../src/server/sdk-internals.ts";

const info = { name: "test", version: "1.0.0" };

/** Makes the SDK's protected members visible. */
class Opened extends SdkServer {
  readonly handlerOf = (method: string) => this._getRequestHandler(method);
  readonly serverInfo = () => this._outboundServerInfo();
  readonly codec = () => this._wireCodec();
  readonly revision = () => this._negotiatedProtocolVersion;
  override encodeResult = super.encodeResult;
  override handle = super.handle;
}

function open(revision?: string): Opened {
  const server = new Opened(info, { capabilities: { prompts: {} } }, revision);
  server.setRequestHandler("prompts/list", { params: z.looseObject({}) }, () => ({ prompts: [] }));
  return server;
}

const message = { jsonrpc: "2.0", id: 1, method: "prompts/list", params: {} } as const;
const unused = () => Promise.reject(new Error("unused"));
const context: ServerContext = {
  mcpReq: {
    id: 1,
    method: message.method,
    signal: new AbortController().signal,
    requestState: () => undefined,
    send: unused,
    notify: unused,
    log: unused,
    elicitInput: unused,
    requestSampling: unused,
  },
};

describe("the SDK's protected members", () => {
  it("were read in the installed release: read them again for another one", () => {
    const entry = createRequire(import.meta.url).resolve("@modelcontextprotocol/server");
    const file = readFileSync(join(dirname(entry), "..", "package.json"), "utf8");
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(file));

    expect(version.split(".").slice(0, 2).join(".")).toBe(sdkRelease);
  });

  it("exist", () => {
    for (const name of [
      "_getRequestHandler",
      "_wrapHandler",
      "_wireCodec",
      "_outboundServerInfo",
    ]) {
      expect(Reflect.get(Server.prototype, name)).toBeTypeOf("function");
    }
    const server = open();
    expect(server.revision()).toBeUndefined();
    expect(server.serverInfo()).toEqual(info);
    expect(server.codec().encodeResult).toBeTypeOf("function");
    expect(server.codec().encodeErrorCode).toBeTypeOf("function");
  });

  it("find the handler of a method", async () => {
    const server = open(modernRevision);

    expect(server.handlerOf("prompts/list")).toBeTypeOf("function");
    expect(server.handlerOf("prompts/get")).toBeUndefined();
    expect(await server.handle(message, context)).toMatchObject({ prompts: [] });
  });

  it("encode results by the negotiated revision", () => {
    const legacy = open().encodeResult("prompts/list", { prompts: [] });
    const modern = open(modernRevision).encodeResult("prompts/list", { prompts: [] });

    expect(legacy).toEqual({ prompts: [] });
    expect(modern).toMatchObject({
      prompts: [],
      resultType: "complete",
      _meta: { "io.modelcontextprotocol/serverInfo": info },
    });
  });

  it("encode error codes by the negotiated revision", () => {
    expect(open().encodeErrorCode(-32_603)).toBe(-32_603);
    expect(open(modernRevision).encodeErrorCode(-32_603)).toBe(-32_603);
  });
});
