import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { tools } from "../../src/tools/catalogue.ts";
import { isolated, program } from "../support/program.ts";

/** The official Inspector's check whether every client can use the tools. It runs on Node 22. */
const inspector = ["-y", "-p", "node@22", "-p", "@modelcontextprotocol/inspector@2.12.0"];

/** A server whose one tool has an input that accepts anything. */
const careless = `require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  const tools = [{ name: "a", inputSchema: { type: "object", properties: { b: {} } } }];
  const about = { capabilities: { tools: {} }, serverInfo: { name: "a", version: "1" } };
  const result = method === "initialize" ? { ...about, protocolVersion: params.protocolVersion } : { tools };
  if (id !== undefined) console.log(JSON.stringify({ jsonrpc: "2.0", id, result }));
});`;

async function checkTools(command: readonly string[]) {
  // With a model there is one tool more.
  const { environment } = isolated({ MLFLOW_PROMPTS_MODEL_URL: "http://127.0.0.1:1/v1" });
  const args = ["mcp-inspector", "--cli", ...command, "--method", "tools/list", "--strict"];
  return promisify(execFile)("npx", [...inspector, ...args], {
    env: { ...process.env, ...environment, HOME: process.env.HOME ?? environment.HOME },
  });
}

it("the Inspector warns of no tool", async () => {
  const { stdout, stderr } = await checkTools([process.execPath, program, "stdio"]);
  for (const { name } of tools) expect(stdout).toContain(`"${name}"`);
  expect(stderr).not.toMatch(/^(Warning|Error):/m);
});

it("the Inspector warns of a schema that says nothing", async () => {
  const file = join(isolated().home, "careless.cjs");
  writeFileSync(file, careless);
  const { stderr } = await checkTools([process.execPath, file]);
  expect(stderr).toContain('Warning: tool "a"');
});
