import { describe, expect, it } from "vitest";
import { MlflowWebhooks } from "../../../src/mlflow/changes/webhooks.ts";
import { failed } from "../failed.ts";
import { clientFor, startStub } from "../stub.ts";

const route = "/api/2.0/mlflow/webhooks";

function wire(id: string, name: string) {
  return {
    webhook_id: id,
    name,
    url: "https://prompts.test/webhooks/mlflow",
    status: "ACTIVE",
    events: [{ entity: "PROMPT_ALIAS", action: "CREATED" }],
  };
}

async function start() {
  const stub = await startStub();
  return { stub, webhooks: new MlflowWebhooks(clientFor(stub.url).api()) };
}

describe("MLflow's webhooks", () => {
  it("are found by name on all pages, the oldest first", async () => {
    const { stub, webhooks } = await start();
    stub.on(
      `GET ${route}`,
      { json: { webhooks: [wire("4", "a"), wire("3", "b")], next_page_token: "next" } },
      { json: { webhooks: [wire("2", "c")], next_page_token: "last" } },
      { json: { webhooks: [wire("1", "a")], next_page_token: "" } },
    );

    expect(await webhooks.findByName("a")).toEqual(
      ["1", "4"].map((id) => ({
        id,
        name: "a",
        url: "https://prompts.test/webhooks/mlflow",
        active: true,
        events: ["prompt_alias.created"],
      })),
    );
    expect(stub.arrived.map(({ query }) => query)).toEqual([
      {},
      { page_token: "next" },
      { page_token: "last" },
    ]);
  });

  it("are none when the response of MLflow is empty", async () => {
    const { stub, webhooks } = await start();
    stub.on(`GET ${route}`, { json: {} });
    expect(await webhooks.findByName("a")).toEqual([]);
  });

  it.each([
    ["ConnectionError(... [Errno 111] Connection refused)", /^Nothing listens at this address/],
    ["ConnectTimeout(... timed out. (connect timeout=30))", /^The address did not answer in time/],
    ["SSLError(... CERTIFICATE_VERIFY_FAILED ...)", /a certificate that the MLflow server trusts/],
    [
      "SSRFProtectionError('Webhook connection blocked: 10.0.0.1 is not a public IP address.')",
      /MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS=true/,
    ],
    ["Something(else)", /^Something\(else\)$/],
  ])("explain why a test delivery got no response: %s", async (error_message, said) => {
    const { stub, webhooks } = await start();
    stub.on(`POST ${route}/1/test`, { json: { result: { success: false, error_message } } });
    expect(await webhooks.test("1")).toEqual({
      accepted: false,
      detail: expect.stringMatching(said),
    });
  });

  it("fail as everything else does, without advice that does not fit", async () => {
    const { stub, webhooks } = await start();
    stub.on(`GET ${route}`, { status: 404, text: "<!doctype html>" });
    const error = await failed(webhooks.findByName("a"));
    expect(error.kind).toBe("unavailable");
    expect(error.message).not.toContain("MLFLOW_WEBHOOK");
  });
});
