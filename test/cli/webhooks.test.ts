import { describe, expect, it } from "vitest";
import { promptEvents } from "../../src/mlflow/changes/webhook-events.ts";
import { startStub } from "../mlflow/stub.ts";
import { runCommand } from "../support/command-line.ts";
import { isolated } from "../support/program.ts";

const name = "mlflow-prompts-mcp";
const url = "https://prompts.test/webhooks/mlflow";

/** An MLflow with these webhooks, which delivers a test with this status. */
async function mlflow(webhooks: readonly object[], response_status = 200) {
  const stub = await startStub();
  stub.on("GET /api/2.0/mlflow/webhooks", { json: { webhooks } });
  const result = { success: response_status === 200, response_status, response_body: "" };
  stub.on("POST /api/2.0/mlflow/webhooks/1/test", { json: { result } });
  const { environment } = isolated({ MLFLOW_TRACKING_URI: stub.url });
  return (...args: string[]) => runCommand(["webhooks", ...args], environment);
}

const webhook = {
  ...{ webhook_id: "1", name, url, status: "ACTIVE" },
  events: promptEvents.map((event) => {
    const [entity = "", action = ""] = event.toUpperCase().split(".");
    return { entity, action };
  }),
};

describe("webhooks", () => {
  it.each([
    [200, true, 0],
    [500, false, 1],
  ])("says in JSON what a test delivery of %d shows", async (status, ok, code) => {
    const webhooks = await mlflow([webhook], status);

    const ran = await webhooks("status", "--json");

    expect(ran).toMatchObject({ code, stderr: "" });
    expect(JSON.parse(ran.stdout)).toEqual({
      ...{ name, ok, installed: true, url, events: promptEvents },
      messages: expect.arrayContaining([expect.stringContaining("test delivery")]),
    });
  });

  it("says in JSON that there is none", async () => {
    const webhooks = await mlflow([]);

    const { code, stdout } = await webhooks("status", "--json", "ok,installed,url");

    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({ ok: false, installed: false, url: null });
  });
});
