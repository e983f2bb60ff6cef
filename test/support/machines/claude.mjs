import { parseArgs } from "node:util";

/**
 * `claude mcp add --transport http NAME URL --header HEADER`: lists the prompts of the server, and
 * prints the status and the text of the answer.
 */
process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { transport: { type: "string" }, header: { type: "string", multiple: true } },
});
const [mcp, add, , url] = positionals;
if (mcp !== "mcp" || add !== "add" || values.transport !== "http") throw new Error("Unknown use.");
const response = await fetch(url, {
  method: "POST",
  headers: [
    ["content-type", "application/json"],
    ["accept", "application/json, text/event-stream"],
    ...(values.header ?? []).map((header) => header.split(/: (.*)/s, 2)),
  ],
  body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "prompts/list" }),
});
process.stdout.write(`${response.status} ${await response.text()}`);
