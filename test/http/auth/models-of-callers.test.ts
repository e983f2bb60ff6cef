import { expect, it } from "vitest";
import { serveModels } from "../../mlflow/serve-models.ts";
import { type Arrived, startStub } from "../../mlflow/stub.ts";
import { versionReply } from "../../mlflow/wire-data.ts";
import { chatCompletion } from "../../support/fake-model.ts";
import { postModern, startService } from "../../support/http-service.ts";

const gateway = "POST /gateway/mlflow/v1/chat/completions";
const traces = ["POST /api/3.0/mlflow/traces", "POST /v1/traces"];
const workspaceOf = ({ headers }: Arrived) => String(headers["x-mlflow-workspace"]);

it("run_prompt asks the gateway and stores traces as each caller, in its own workspace", async () => {
  const mlflow = await startStub();
  mlflow.on("GET /api/3.0/mlflow/server-info", { json: { workspaces_enabled: true } });
  mlflow.on("GET /api/3.0/mlflow/workspaces", {
    json: { workspaces: [{ name: "red" }, { name: "blue" }] },
  });
  serveModels(mlflow, ["qa"]);
  mlflow.on("GET /api/2.0/mlflow/model-versions/get", versionReply("qa", 2));
  mlflow.on("GET /api/2.0/mlflow/experiments/get-by-name", (request) => ({
    json: { experiment: { experiment_id: `experiment of ${workspaceOf(request)}` } },
  }));
  mlflow.on(gateway, (request) => ({
    json: chatCompletion({ content: `The answer of ${workspaceOf(request)}.` }),
  }));
  mlflow.on("POST /api/3.0/mlflow/traces", ({ body }) => ({ json: body }));
  mlflow.on("POST /v1/traces", { text: "" });
  mlflow.on("POST /api/2.0/mlflow/traces/link-prompts", { json: {} });
  const { url } = await startService({
    MLFLOW_TRACKING_URI: mlflow.url,
    MLFLOW_PROMPTS_AUTH: "forward",
    MLFLOW_PROMPTS_MODELS: "chat",
  });
  const run = (workspace: string, credential: string) =>
    postModern(
      `${url}/${workspace}`,
      "tools/call",
      { name: "run_prompt", arguments: { name: "qa", version: 2 } },
      { authorization: `Bearer ${credential}` },
    );

  const answers = await Promise.all(
    ["red", "blue", "red", "blue"].map((workspace) => run(workspace, `token-of-${workspace}`)),
  );

  for (const [index, { text }] of answers.entries()) {
    const [own, other] = index % 2 === 0 ? ["red", "blue"] : ["blue", "red"];
    expect(text).toContain(`The answer of ${own}.`);
    expect(text).not.toContain(`of ${other}`);
  }
  const seen = mlflow.arrived.filter(({ route }) => [gateway, ...traces].includes(route));
  expect(seen.map(({ route }) => route).sort()).toEqual(
    [gateway, ...traces].flatMap((route) => Array.from({ length: 4 }, () => route)).sort(),
  );
  for (const request of seen) {
    const own = workspaceOf(request);
    const other = own === "red" ? "blue" : "red";
    expect(request.headers.authorization).toBe(`Bearer token-of-${own}`);
    expect(JSON.stringify(request)).not.toContain(`of ${other}`);
    expect(JSON.stringify(request)).not.toContain(`token-of-${other}`);
  }
});
