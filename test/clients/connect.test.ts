import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { connectPasted, registryOf } from "../support/printed-configs.ts";
import { isolated, program } from "../support/program.ts";

it("writes a configuration of a project with which a client sees the same registry", async () => {
  const { home, environment } = isolated();
  const args = [program, "connect", "mcp-json", "--project", "--yes", "--read-only"];
  await promisify(execFile)(process.execPath, args, { cwd: home, env: environment });

  const { mcpServers } = JSON.parse(readFileSync(join(home, ".mcp.json"), "utf8"));
  const { type, ...config } = mcpServers["mlflow-prompts"];
  const client = await connectPasted(config);

  expect(type).toBe("stdio");
  expect(config.env).toMatchObject({ MLFLOW_PROMPTS_READ_ONLY: "true" });
  expect(await registryOf(client)).toMatchObject({
    location: expect.stringContaining(join(home, "data")),
    prompts: expect.arrayContaining([expect.objectContaining({ name: "summarize" })]),
  });
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).not.toContain("register_prompt");
});
