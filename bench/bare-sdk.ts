import { ProtocolError, ProtocolErrorCode, Server } from "@modelcontextprotocol/server";
import { filledPrompt, listedPrompt } from "./prompts.ts";

/**
 * The least that an MCP server of this SDK can be: the low-level server with prompts that are
 * there already. What it takes is what nothing built on the SDK can go below.
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
