import { describe, expect, it } from "vitest";
import {
  carryOver,
  keepFolder,
  measurePrompt,
  setUpClient,
} from "../../support/cli-registry-scenarios.ts";
import { workWithPrompt } from "../../support/cli-scenario.ts";
import { runCommand } from "../../support/command-line.ts";
import { mlflowAvailable, title } from "../../support/mlflow-install.ts";
import { isolated } from "../../support/program.ts";
import { rest, suiteServer } from "./suite-server.ts";

const mlflow = await mlflowAvailable("3.17.2");

describe.skipIf(!mlflow.ok)(title("the commands on MLflow 3.17.2", mlflow), () => {
  const server = suiteServer({ release: "3.17.2", workspaces: true });
  let used = 0;

  /** A workspace that no test has used. */
  async function newRegistry() {
    const workspace = `cli-${++used}`;
    await rest(server.url, "POST", "/api/3.0/mlflow/workspaces", { name: workspace });
    const variables = { MLFLOW_TRACKING_URI: server.url, MLFLOW_WORKSPACE: workspace };
    const { home, environment } = isolated(variables);
    return { environment, folder: home, address: `${server.url}?workspace=${workspace}` };
  }

  it("do a person's work", async () => {
    await workWithPrompt(await newRegistry());
  });

  it("ask models, and measure what they answer", async () => {
    await measurePrompt(await newRegistry());
  });

  it("carry a registry over", async () => {
    await carryOver(await newRegistry(), await newRegistry(), await newRegistry());
  });

  it("keep a folder and a registry the same", async () => {
    await keepFolder(await newRegistry());
  });

  it("examine it, and connect a client to it", async () => {
    await setUpClient(await newRegistry());
  });

  it("say that there is no webhook yet", async () => {
    const { environment } = await newRegistry();

    expect(await runCommand(["webhooks", "status"], environment)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("Install it with: mlflow-prompts-mcp webhooks install"),
    });
  });
});
