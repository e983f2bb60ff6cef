import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { createEmbeddedFile } from "../../src/embedded/embedded-file.ts";
import { tools } from "../../src/tools/catalogue.ts";
import { isolated, program } from "../support/program.ts";

/** The official Inspector, which checks whether clients can use tools and skills. It runs on Node 22. */
const inspector = ["-y", "-p", "node@22", "-p", "@modelcontextprotocol/inspector@2.12.0"];

/** A server whose one tool has an input that accepts anything. */
const careless = `require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  const tools = [{ name: "a", inputSchema: { type: "object", properties: { b: {} } } }];
  const about = { capabilities: { tools: {} }, serverInfo: { name: "a", version: "1" } };
  const result = method === "initialize" ? { ...about, protocolVersion: params.protocolVersion } : { tools };
  if (id !== undefined) console.log(JSON.stringify({ jsonrpc: "2.0", id, result }));
});`;

function inspect(args: readonly string[]) {
  const { environment } = isolated();
  return promisify(execFile)("npx", [...inspector, "mcp-inspector", "--cli", ...args], {
    env: { ...process.env, ...environment, HOME: process.env.HOME ?? environment.HOME },
  });
}

/** The program with these variables. The Inspector itself passes on only a few others. */
function programWith(variables: Readonly<Record<string, string>>): readonly string[] {
  const { environment } = isolated(variables);
  const settings = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return ["env", ...settings, process.execPath, program, "stdio"];
}

function checkTools(command: readonly string[]) {
  return inspect([...command, "--method", "tools/list", "--strict"]);
}

it("the Inspector warns of no tool", async () => {
  // With a model there is one tool more.
  const variables = { MLFLOW_PROMPTS_MODEL_URL: "http://127.0.0.1:1/v1" };
  const { stdout, stderr } = await checkTools(programWith(variables));
  // The Inspector's command line shows no views, so the tools of the view are not listed to it.
  const listed = tools.filter(({ view }) => view === undefined);
  for (const { name } of listed) expect(stdout).toContain(`"${name}"`);
  expect(stderr).not.toMatch(/^(Warning|Error):/m);
});

it("the Inspector warns of a schema that says nothing", async () => {
  const file = join(isolated().home, "careless.cjs");
  writeFileSync(file, careless);
  const { stderr } = await checkTools([process.execPath, file]);
  expect(stderr).toContain('Warning: tool "a"');
});

describe.each(["legacy", "modern"])("in the %s era, the Inspector verifies", (era) => {
  const common = ["--protocol-era", era, "--method"];

  /** The program over a file with skills of all kinds. */
  async function withSkills() {
    const path = join(isolated().home, "prompts.db");
    const file = createEmbeddedFile({ path, samples: false });
    const registry = file.registry({});
    const tags = { "mcp.skill": "true" };
    const messages = [{ role: "system", content: "Answer in {{ language }}." }];
    await registry.registerVersion("chat.A", { template: { kind: "chat", messages }, tags });
    await registry.registerVersion("greet", {
      template: { kind: "text", text: "---\nname: other\n---\n{% if x %}Hi{% endif %}\r\n\u2028" },
      commitMessage: 'Greets "people"\n---\nname: other # \\',
      tags,
    });
    await registry.registerVersion("plain", { template: { kind: "text", text: "Hello" }, tags });
    file.close();
    return programWith({ MLFLOW_TRACKING_URI: `sqlite:///${path}` });
  }

  it("every skill that is listed, with its digests", async () => {
    const command = await withSkills();
    const list = [...common, "skills/list", "--verify", "--require-digests"];
    const { stdout } = await inspect([...command, ...list]);

    const reports = stdout
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line));
    expect(reports).toHaveLength(3);
    for (const report of reports)
      expect(report).toMatchObject({ outcome: "verified", conformance: [], frontmatter: [] });
  });

  it("one skill by its URI", async () => {
    const command = await withSkills();
    const get = [...common, "skills/get", "--uri", "skill://prompts/greet/SKILL.md", "--verify"];

    expect((await inspect([...command, ...get])).stdout).toContain('"verified"');
  });
});
