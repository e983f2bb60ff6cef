import { ProtocolError, ProtocolErrorCode, Server } from "@modelcontextprotocol/server";
import { filledPrompt, listedPrompt } from "./prompts.ts";

/**
 * The smallest MCP server with this SDK: the low-level server, with prompts in memory. No program
 * on the SDK can take less.
 */
export function bareServerFactory(count: number): () => Server {
  const prompts = Array.from({ length: count }, (_, index) => listedPrompt(index));
  const filled = new Map(prompts.map(({ name }) => [name, filledPrompt(name)]));
  return () => {
    const server = new Server(
      { name: "bare-sdk", version: "1.0.0" },
      { capabilities: { prompts: {} } },
    );
    server.setRequestHandler("prompts/list", () => ({ prompts }));
    server.setRequestHandler("prompts/get", ({ params }) => {
      const result = filled.get(params.name);
      if (result) return result;
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no ${params.name}.`);
    });
    return server;
  };
}
