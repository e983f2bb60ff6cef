// A caller of its own process, so that only the server can make it wait: gets one prompt every few
// milliseconds on one kept connection. Told "begin" it forgets what it has seen, told "end" it says
// how long the longest get since took, the one under way included.
import { Agent, request } from "node:http";

// 6,000 requests a minute are the limit for one caller.
const everyMs = 12;
const [url = "", name = "", values = "{}", extra = "{}"] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const body = JSON.stringify({
  jsonrpc: "2.0",
  id: 1,
  method: "prompts/get",
  params: {
    name,
    arguments: JSON.parse(values),
    _meta: {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientInfo": { name: "second caller", version: "1.0.0" },
      "io.modelcontextprotocol/clientCapabilities": {},
    },
  },
});
const headers = {
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
  "mcp-protocol-version": "2026-07-28",
  "mcp-method": "prompts/get",
  "mcp-name": name,
  ...JSON.parse(extra),
};

let seen = nothing();
let ending = false;

function nothing() {
  return { gets: 0, longestMs: 0, failures: [] };
}

function get() {
  return new Promise((resolve) => {
    const sending = request(url, { method: "POST", agent, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => {
        const good = response.statusCode === 200 && text.includes('"messages"');
        resolve(good ? undefined : `${response.statusCode} ${text.slice(0, 300)}`);
      });
      response.on("error", (error) => resolve(String(error)));
    });
    sending.on("error", (error) => resolve(String(error)));
    sending.end(body);
  });
}

process.on("message", (word) => {
  if (word === "begin") seen = nothing();
  if (word === "end") ending = true;
});
process.on("disconnect", () => process.exit(0));

for (;;) {
  const asked = performance.now();
  const failure = await get();
  seen.gets += 1;
  seen.longestMs = Math.max(seen.longestMs, performance.now() - asked);
  if (failure !== undefined && seen.failures.length < 5) seen.failures.push(failure);
  if (ending) {
    ending = false;
    process.send(seen);
    seen = nothing();
  }
  await new Promise((resolve) => setTimeout(resolve, everyMs));
}
