import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { mcpName } from "../../package.json";
import { commands, servingCommands } from "../../src/cli/commands.ts";
import { createEmbeddedFile } from "../../src/embedded/embedded-file.ts";
import { promptEvents } from "../../src/mlflow/changes/webhook-events.ts";
import { startStub } from "../mlflow/stub.ts";
import { text } from "../support/embedded-session.ts";
import { fakeModel } from "../support/fake-model.ts";
import { isolated, program, startCommand } from "../support/program.ts";

/** A folder as somebody has it who reads the reference: samples, a measured prompt, and its files. */
async function readersFolder() {
  const model = await fakeModel(() => "Paris");
  const { home, environment } = isolated();
  const path = join(home, "registry.db");
  const file = createEmbeddedFile({ path, samples: true });
  const registry = file.registry({});
  await registry.registerVersion("qa", text("Answer {{ question }}"));
  await registry.registerVersion("qa", text("Answer briefly {{ question }}"));
  await registry.setAlias("qa", "production", 1);
  const scorers = { exact_match: { at_least: 0.9 } };
  const gate = { alias: "production", dataset: "questions", scorers };
  await registry.tagPrompt("qa", { "mcp.gate": JSON.stringify(gate) });
  file.close();
  writeFileSync(join(home, "greeting.txt"), "Hello {{ name }}\n");
  mkdirSync(join(home, "prompts"));
  writeFileSync(join(home, "prompts", "farewell.txt"), "Goodbye {{ name }}\n");
  const row = { inputs: { question: "?" }, expectations: { expected_response: "Paris" } };
  writeFileSync(join(home, "questions.jsonl"), `${JSON.stringify(row)}\n`);
  const variables = {
    ...environment,
    MLFLOW_TRACKING_URI: `sqlite:///${path}`,
    MLFLOW_PROMPTS_MODEL_URL: model.url,
    MLFLOW_PROMPTS_MODELS: "chat",
  };
  return { home, variables };
}

/** What a shell says of a line, in which the program is the one that was built. */
function shell(
  line: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly code: unknown; readonly stderr: string }> {
  const source = `mlflow-prompts-mcp() { "${process.execPath}" "${program}" "$@"; }\n${line}`;
  return new Promise((resolve) => {
    const child = execFile("bash", ["-c", source], { cwd, env }, (error, _, stderr) =>
      resolve({ code: error === null ? 0 : error.code, stderr }),
    );
    child.stdin?.end();
  });
}

const examplesOf = (name: string) =>
  [...servingCommands, ...commands].find((entry) => entry.name === name)?.example ?? [];

it("every example of a command works as it stands", async () => {
  const { home, variables } = await readersFolder();
  // Datasets come first: others measure on one. The others are in the order of the reference.
  const names = new Set(["add-to-dataset", "stdio", ...commands.map(({ name }) => name)]);
  // These need an MLflow server. `dev` starts one: test/mlflow/real/dev.test.ts runs it.
  for (const name of ["webhooks", "announce", "dev"]) names.delete(name);

  for (const name of names) {
    for (const line of examplesOf(name)) {
      const { code, stderr } = await shell(`mlflow-prompts-mcp ${line}`, home, variables);
      expect([line, code, code === 0 ? "" : stderr]).toEqual([line, 0, ""]);
    }
  }
});

it("the examples of webhooks work on an MLflow server that has the webhook", async () => {
  const { home, environment } = isolated();
  const stub = await startStub();
  const url = "https://prompts.test/webhooks/mlflow";
  const events = promptEvents.map((event) => {
    const [entity = "", action = ""] = event.toUpperCase().split(".");
    return { entity, action };
  });
  const webhook = { webhook_id: "1", name: "mlflow-prompts-mcp", url, status: "ACTIVE", events };
  stub.on("GET /api/2.0/mlflow/webhooks", { json: { webhooks: [webhook] } });
  const result = { success: true, response_status: 200, response_body: "" };
  stub.on("POST /api/2.0/mlflow/webhooks/1/test", { json: { result } });
  const variables = { ...environment, MLFLOW_TRACKING_URI: stub.url };

  for (const line of examplesOf("webhooks")) {
    const { code, stderr } = await shell(`mlflow-prompts-mcp ${line}`, home, variables);
    expect([line, code, stderr]).toEqual([line, 0, ""]);
  }
});

it("the examples of announce work on an MLflow server", async () => {
  const { home, environment } = isolated();
  const stub = await startStub();
  stub.on("GET /api/3.0/mlflow/server-info", { json: { workspaces_enabled: false } });
  stub.on("GET /version", { text: "3.17.2" });
  const missing = { error_code: "RESOURCE_DOES_NOT_EXIST", message: "" };
  const path = `GET /api/3.0/mlflow/mcp-servers/${mcpName}`;
  stub.on(path, { status: 404, json: missing });
  const variables = { ...environment, MLFLOW_TRACKING_URI: stub.url };

  for (const line of examplesOf("announce")) {
    const { code, stderr } = await shell(`mlflow-prompts-mcp ${line}`, home, variables);
    expect([line, code, stderr]).toEqual([line, 0, ""]);
  }
});

it("the examples of http serve, on another port where theirs may be taken", async () => {
  for (const line of examplesOf("http")) {
    const words = line.replace(/--port \d+/, "--port 0").split(" ");
    const { environment } = isolated();
    const { url } = await startCommand([process.execPath, program, ...words], environment);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/mcp$/);
  }
});
