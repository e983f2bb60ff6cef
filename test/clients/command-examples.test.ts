import { expect, it } from "vitest";
import { mcpName } from "../../package.json";
import { commands, servingCommands } from "../../src/cli/commands.ts";
import { promptEvents } from "../../src/mlflow/changes/webhook-events.ts";
import { startStub } from "../mlflow/stub.ts";
import { isolated, program, startCommand } from "../support/program.ts";
import { readersFolder, shell } from "../support/readers-folder.ts";

const examplesOf = (name: string) =>
  [...servingCommands, ...commands].find((entry) => entry.name === name)?.example ?? [];

it("every example of a command works as it stands", async () => {
  const folder = await readersFolder({ dataset: "questions" });
  // Datasets come first: others measure on one. The others are in the order of the reference.
  const names = new Set(["add-to-dataset", "stdio", ...commands.map(({ name }) => name)]);
  // These need an MLflow server. `dev` starts one: test/mlflow/real/dev.test.ts runs it.
  for (const name of ["webhooks", "announce", "dev"]) names.delete(name);

  for (const name of names) {
    for (const line of examplesOf(name)) {
      const { code, stderr } = await shell(`mlflow-prompts-mcp ${line}`, folder);
      expect([line, code, code === 0 ? "" : stderr]).toEqual([line, 0, ""]);
    }
  }
});

it("the examples of webhooks work on an MLflow server that has the webhook", async () => {
  const folder = await readersFolder({ dataset: "questions" });
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
  const variables = { ...folder.variables, MLFLOW_TRACKING_URI: stub.url };

  for (const line of examplesOf("webhooks")) {
    const { code, stderr } = await shell(`mlflow-prompts-mcp ${line}`, { ...folder, variables });
    expect([line, code, stderr]).toEqual([line, 0, ""]);
  }
});

it("the examples of announce work on an MLflow server", async () => {
  const folder = await readersFolder({ dataset: "questions" });
  const stub = await startStub();
  stub.on("GET /api/3.0/mlflow/server-info", { json: { workspaces_enabled: false } });
  stub.on("GET /version", { text: "3.17.2" });
  const missing = { error_code: "RESOURCE_DOES_NOT_EXIST", message: "" };
  const path = `GET /api/3.0/mlflow/mcp-servers/${mcpName}`;
  stub.on(path, { status: 404, json: missing });
  const variables = { ...folder.variables, MLFLOW_TRACKING_URI: stub.url };

  for (const line of examplesOf("announce")) {
    const { code, stderr } = await shell(`mlflow-prompts-mcp ${line}`, { ...folder, variables });
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
