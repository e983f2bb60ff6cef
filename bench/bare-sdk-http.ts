import { createServer } from "node:http";
import { toNodeHandler } from "@modelcontextprotocol/node";
import { createMcpHandler } from "@modelcontextprotocol/server";
import { bareServerFactory } from "./bare-sdk.ts";

const serveMcp = toNodeHandler(createMcpHandler(bareServerFactory(Number(process.argv[2]))));
const server = createServer((request, response) => void serveMcp(request, response));
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address) {
    process.stdout.write(`http://127.0.0.1:${address.port}/mcp\n`);
  }
});
