import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { describe, expect, it, onTestFinished } from "vitest";
import { eventually } from "../support/eventually.ts";
import { isolated, program, run } from "../support/program.ts";

function linesIn(text: string): readonly Readonly<Record<string, unknown>>[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("{") && line.endsWith("}"))
    .map((line) => JSON.parse(line));
}

async function connect(env: Record<string, string>, ...args: string[]) {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [program, "stdio", ...args],
    env,
    stderr: "pipe",
  });
  let errors = "";
  transport.stderr?.on("data", (chunk) => {
    errors += chunk;
  });
  const client = new Client(
    { name: "audited", version: "1.2.3" },
    { capabilities: { elicitation: { form: {} } } },
  );
  client.setRequestHandler("elicitation/create", () => ({ action: "decline" as const }));
  await client.connect(transport);
  onTestFinished(() => client.close());
  return { client, errors: () => errors };
}

async function write(client: Client): Promise<void> {
  const call = (name: string, args: Record<string, unknown>) =>
    client.callTool({ name, arguments: args });
  await call("register_prompt", { name: "a", template: "Hi" });
  await call("set_prompt_alias", { name: "a", alias: "production", version: 1 });
  await call("register_prompt", { name: "a", template: "Hi {{ who }}", base_version: 1 });
  await call("set_prompt_alias", { name: "a", alias: "production", version: 2 });
}

const recorded = [
  { operation: "register_version", outcome: "ok", prompt: "a", version: 1 },
  { operation: "set_alias", outcome: "ok", alias: "production", version: 1 },
  { operation: "register_version", outcome: "ok", prompt: "a", version: 2 },
  { operation: "set_prompt_alias", outcome: "conflict", alias: "production", version: 2 },
].map((line) => expect.objectContaining({ ...line, who: expect.any(String) }));

describe("the audit of the program", () => {
  it("goes to standard error over stdio", async () => {
    const { client, errors } = await connect(isolated().environment);

    await write(client);

    const lines = () => linesIn(errors()).filter(({ message }) => message === "audit");
    await eventually(() => expect(lines()).toEqual(recorded));
    expect(lines()[0]).toMatchObject({ client: "audited/1.2.3", workspace: "default" });
  });

  it("goes to the file that --audit-log names", async () => {
    const { environment, home } = isolated();
    const file = join(home, "audit.log");
    const { client, errors } = await connect(environment, "--audit-log", file);

    await write(client);

    expect(linesIn(readFileSync(file, "utf8"))).toEqual(recorded);
    expect(errors()).not.toContain("audit");
  });

  it("has a line for a delete that the person declined, though the model confirmed it", async () => {
    const { client, errors } = await connect(isolated().environment);
    await client.callTool({ name: "register_prompt", arguments: { name: "a", template: "Hi" } });

    await client.callTool({ name: "delete_prompt", arguments: { name: "a", confirm: "a" } });

    await eventually(() =>
      expect(linesIn(errors()).at(-1)).toMatchObject({
        ...{ operation: "delete_prompt", outcome: "forbidden", prompt: "a" },
        reason: expect.stringContaining("the person declined"),
      }),
    );
  });

  it("does not start with a file that it cannot write", async () => {
    const { environment, home } = isolated();
    const ended = await run(["stdio", "--audit-log", home], environment);
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toContain("--audit-log");
  });

  it("has a line for webhooks install and remove, well or not", async () => {
    const { environment, home } = isolated({
      MLFLOW_TRACKING_URI: "http://127.0.0.1:1",
      MLFLOW_PROMPTS_WEBHOOK_SECRET: "a secret that is long enough",
    });
    const file = join(home, "audit.log");
    for (const action of ["install", "remove", "status"]) {
      const url =
        action === "remove" ? [] : ["--webhook-url", "http://127.0.0.1:1/webhooks/mlflow"];
      const ended = await run(["webhooks", action, ...url, "--audit-log", file], environment);
      expect(ended.code).toBe(6);
    }

    expect(linesIn(readFileSync(file, "utf8"))).toEqual([
      expect.objectContaining({ operation: "webhooks_install", outcome: "unavailable" }),
      expect.objectContaining({ operation: "webhooks_remove", outcome: "unavailable" }),
    ]);
  });
});
