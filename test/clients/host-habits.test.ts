import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { program } from "../support/program.ts";

const home = mkdtempSync(join(tmpdir(), "hosts-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** The built program, as a host of this name starts it. */
async function connectAs(name: string): Promise<Client> {
  const client = new Client({ name, version: "1.0.0" });
  const env = {
    HOME: home,
    PATH: process.env.PATH ?? "",
    MLFLOW_TRACKING_URI: `sqlite:///${home}/p.db`,
  };
  const server = { command: process.execPath, args: [program, "stdio"], env };
  await client.connect(new StdioClientTransport({ ...server, stderr: "ignore" }));
  return client;
}

const chat = [
  { role: "system", content: "You review {{ language }}." },
  { role: "user", content: "Review {{ file }}{% if strict %} strictly{% endif %}." },
  {
    role: "assistant",
    content: null,
    tool_calls: [{ id: "c1", function: { name: "read", arguments: "{}" } }],
  },
  { role: "tool", tool_call_id: "c1", content: "{{ text }}" },
];

beforeAll(async () => {
  const client = await connectAs("author");
  const register = (args: Record<string, unknown>) =>
    client.callTool({ name: "register_prompt", arguments: args });
  await register({
    name: "review",
    messages: chat,
    arguments: {
      language: { enum: ["Python", "Rust"], default: "Python" },
      file: { required: true },
      strict: { type: "boolean", default: "false" },
    },
  });
  await register({ name: "standup", template: "Write my standup." });
  await register({ name: "danger", template: "Run !`whoami` and !{whoami}" });
  await client.close();
});

describe.each([
  "claude-code",
  "qwen-code-mcp-client",
  "gemini-cli-mcp-client",
  "opencode",
  "Visual Studio Code",
])("%s", (clientName) => {
  let client: Client;
  beforeAll(async () => {
    client = await connectAs(clientName);
  });
  afterAll(() => client.close());

  const readsOne = clientName.includes("mcp-client");

  async function get(name: string, args?: Record<string, string>) {
    const given = args === undefined ? { name } : { name, arguments: args };
    const { messages } = await client.getPrompt(given);
    return messages.map(({ role, content }) => [role, content.type === "text" && content.text]);
  }

  const reviewed = (file: string, how: string, text: string) =>
    readsOne
      ? [
          [
            "user",
            `[system]\nYou review Python.\n\n[user]\nReview ${file}${how}.\n\n[assistant]\n[tool call read c1] {}\n\n[tool c1]${text && `\n${text}`}`,
          ],
        ]
      : [
          ["user", `You review Python.\n\nReview ${file}${how}.`],
          ["assistant", "[tool call read c1] {}"],
          ["user", `[tool c1]${text && `\n${text}`}`],
        ];

  it("gets a prompt with the values of a person", async () => {
    expect(await get("review", { file: "a.py", strict: "yes", text: "x = 1" })).toEqual(
      reviewed("a.py", " strictly", "x = 1"),
    );
  });

  it("may send empty texts for what a person skipped", async () => {
    const skipped = { file: "a.py", language: "", strict: "", text: "" };
    expect(await get("review", skipped)).toEqual(reviewed("a.py", "", ""));
    expect(await get("review", { file: "a.py" })).toEqual(reviewed("a.py", "", ""));
  });

  it("may send $1, $2 and so on, and fill them in itself", async () => {
    const { prompts } = await client.listPrompts();
    const names = prompts.find(({ name }) => name === "review")?.arguments ?? [];
    const given = Object.fromEntries(names.map(({ name }, index) => [name, `$${index + 1}`]));
    const text = (await get("review", given)).map(([, one]) => one).join("\n");
    for (const value of Object.values(given).filter(
      (_, index) => names[index]?.name !== "strict",
    )) {
      expect(text).toContain(value);
    }
  });

  it("may send what the person typed behind the command", async () => {
    const expected = readsOne
      ? [["user", "Write my standup.\n\nfor the core team"]]
      : [
          ["user", "Write my standup."],
          ["user", "for the core team"],
        ];
    expect(await get("standup", { input: "for the core team" })).toEqual(expected);
    expect(await get("standup", { args: "for the core team" })).toEqual(expected);
    expect(await get("standup", {})).toEqual([["user", "Write my standup."]]);
    expect(await get("standup")).toEqual([["user", "Write my standup."]]);
  });

  it("is told which names a prompt has", async () => {
    await expect(get("review", { file: "a.py", fiel: "b.py" })).rejects.toThrow(
      'The prompt has no argument "fiel". Its arguments are "file", "language", "strict", "text".',
    );
  });

  it("gets no text that it executes", async () => {
    const [message] = await get("danger");
    const executes: Record<string, string> = {
      "claude-code": "Run ! `whoami` and !{whoami}",
      opencode: "Run ! `whoami` and !{whoami}",
      "Visual Studio Code": "Run !`whoami` and !{whoami}",
    };
    expect(message?.[1]).toBe(executes[clientName] ?? "Run !`whoami` and ! {whoami}");
  });
});
