import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { type FakeModel, startFakeModel } from "../../support/fake-model.ts";
import { postModern, startService } from "../../support/http-service.ts";
import { mlflowAvailable, type Release, title } from "../../support/mlflow-install.ts";
import { rest, suiteServer } from "./suite-server.ts";

const toolResult = z.object({
  isError: z.boolean().optional(),
  content: z.array(z.object({ text: z.string() })),
  structuredContent: z.looseObject({ trace_id: z.string().optional() }).optional(),
});

async function runPrompt(url: string, args: object = {}, headers = {}) {
  const params = {
    name: "run_prompt",
    arguments: { name: "qa", variables: { question: "Why?" }, ...args },
  };
  const { message, text } = await postModern(url, "tools/call", params, headers);
  const parsed = toolResult.safeParse(message?.result);
  if (!parsed.success) throw new Error(text);
  const { isError = false, content, structuredContent } = parsed.data;
  return { isError, text: content[0]?.text ?? "", structured: structuredContent };
}

/** What MLflow's client finds of a trace by the prompt that it is linked to. */
const findTraces = `
import json, mlflow
def find(prompt):
    traces = mlflow.search_traces(locations=["0"], filter_string=f"prompt = '{prompt}'", return_type="list")
    return [{
        "id": t.info.trace_id,
        "state": str(t.info.state.value),
        "linked": t.info.tags.get("mlflow.linkedPrompts"),
        "user": t.info.trace_metadata.get("mlflow.user"),
        "usage": t.info.token_usage,
        "cost": json.loads(t.info.trace_metadata.get("mlflow.trace.cost", "null")),
        "previews": [t.info.request_preview, t.info.response_preview],
        "spans": [[s.name, s.span_type, s.inputs, s.outputs, str(s.status.status_code.value)] for s in t.data.spans],
    } for t in traces]
`;
/** The same where \`search_traces\` takes experiments instead of locations. */
const findTracesBefore = findTraces.replace("locations", "experiment_ids");

const register = `
import mlflow
mlflow.genai.register_prompt(name="qa", template="Answer {{question}}",
    model_config={"provider": "openai", "model_name": "small", "temperature": 0.5})
`;

describe.each<[Release, string]>([
  ["3.17.2", findTraces],
  ["3.10.1", findTraces],
  ["3.8.1", findTracesBefore],
])("run_prompt on MLflow %s", async (release, find) => {
  const mlflow = await mlflowAvailable(release);
  describe.skipIf(!mlflow.ok)(title("with a model of its own", mlflow), () => {
    const server = suiteServer({ release });
    let model: FakeModel;

    beforeAll(async () => {
      model = await startFakeModel(({ body }) =>
        body.model === "small"
          ? "Because."
          : { status: 400, body: { error: { message: "bad key secret-key" } } },
      );
      await server.python(register);
    });
    afterAll(() => model.close());

    const service = () =>
      startService({
        MLFLOW_TRACKING_URI: server.url,
        MLFLOW_HTTP_REQUEST_TIMEOUT: "60",
        MLFLOW_PROMPTS_MODEL_URL: model.url,
        MLFLOW_PROMPTS_MODEL_API_KEY: "secret-key",
        MLFLOW_PROMPTS_MODEL_PRICES: "small=100/1000",
      });

    it("stores a trace that MLflow's client finds by the prompt version", async () => {
      const { url, logged } = await service();

      const answered = await runPrompt(url);
      const refused = await runPrompt(url, { model: "broken" });
      const found: unknown = JSON.parse(
        await server.python(`${find}\nprint(json.dumps(find("qa/1")))`),
      );

      expect(answered.isError).toBe(false);
      expect(refused.text).toMatch(
        /\(400: bad key \[key\]\).* The failure is in trace tr-\w{32}\.$/,
      );
      const failedId = /tr-\w+/.exec(refused.text)?.[0];
      const request = {
        model: "small",
        temperature: 0.5,
        messages: [{ role: "user", content: "Answer Why?" }],
      };
      const common = {
        linked: '[{"name": "qa", "version": "1"}]',
        user: expect.any(String),
      };
      expect(found).toEqual([
        {
          ...common,
          id: failedId,
          state: "ERROR",
          usage: null,
          cost: null,
          previews: ['{"question": "Why?"}', expect.any(String)],
          spans: [
            ["run_prompt", "CHAIN", { question: "Why?" }, null, "ERROR"],
            ["chat", "CHAT_MODEL", { ...request, model: "broken" }, null, "ERROR"],
          ],
        },
        {
          ...common,
          id: answered.structured?.trace_id,
          state: "OK",
          usage: { input_tokens: 11, output_tokens: 7, total_tokens: 18 },
          // 3.8 has no costs of traces.
          cost:
            release === "3.8.1"
              ? null
              : { input_cost: 0.0011, output_cost: 0.007, total_cost: expect.closeTo(0.0081, 9) },
          previews: ['{"question": "Why?"}', "Because."],
          spans: [
            ["run_prompt", "CHAIN", { question: "Why?" }, "Because.", "OK"],
            [
              "chat",
              "CHAT_MODEL",
              request,
              {
                choices: [
                  { message: { role: "assistant", content: "Because." }, finish_reason: "stop" },
                ],
              },
              "OK",
            ],
          ],
        },
      ]);
      expect(JSON.stringify([found, logged, answered, refused])).not.toContain("secret-key");
    });

    it("stores none with trace false, and says where an experiment is missing", async () => {
      const { url } = await service();
      const untraced = await runPrompt(url, { trace: false });
      const other = await startService({
        MLFLOW_TRACKING_URI: server.url,
        MLFLOW_PROMPTS_MODEL_URL: model.url,
        MLFLOW_EXPERIMENT_ID: "999",
      });

      const lost = await runPrompt(other.url);

      expect(untraced.structured).not.toHaveProperty("trace_id");
      expect(lost.isError).toBe(false);
      expect(lost.structured).toMatchObject({ text: "Because." });
      expect(lost.text).toMatch(/No complete trace was stored: .*999/);
      expect(lost.text).toContain("MLFLOW_EXPERIMENT_ID");
    });
  });
});

const gateway = "/api/3.0/mlflow/gateway";

/** An endpoint of MLflow's AI Gateway before a model. */
async function createEndpoint(url: string, name: string, model: FakeModel, headers = {}) {
  const create = async (path: string, body: object) => {
    const response = await fetch(`${url}${gateway}/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    return z
      .object({
        secret: z.object({ secret_id: z.string() }).optional(),
        model_definition: z.object({ model_definition_id: z.string() }).optional(),
      })
      .parse(await response.json());
  };
  const { secret } = await create("secrets/create", {
    secret_name: `${name}-key`,
    secret_value: { api_key: "sk-provider-key" },
    provider: "openai",
    auth_config: { api_base: model.url },
  });
  const { model_definition } = await create("model-definitions/create", {
    name: `${name}-model`,
    secret_id: secret?.secret_id,
    provider: "openai",
    model_name: "upstream",
  });
  await rest(
    url,
    "POST",
    `${gateway}/endpoints/create`,
    {
      name,
      model_configs: [
        {
          model_definition_id: model_definition?.model_definition_id,
          linkage_type: "PRIMARY",
          weight: 1,
        },
      ],
    },
    headers,
  );
}

const gatewayEnvironment = {
  MLFLOW_GATEWAY_API_BASE_ALLOWED_SCHEMES: "http,https",
  MLFLOW_GATEWAY_API_BASE_ALLOW_PRIVATE_IPS: "true",
  MLFLOW_CRYPTO_KEK_PASSPHRASE: "a passphrase for tests",
  MLFLOW_MODEL_CATALOG_URI: "",
};

const newest = await mlflowAvailable("3.17.2");

describe.skipIf(!newest.ok)(title("run_prompt with MLflow 3.17.2's AI Gateway", newest), () => {
  const server = suiteServer({ release: "3.17.2", env: gatewayEnvironment });
  let model: FakeModel;

  beforeAll(async () => {
    model = await startFakeModel((_, index) =>
      index < 1
        ? "Because."
        : { status: 429, headers: { "retry-after": "1" }, body: { error: { message: "slow" } } },
    );
    await server.python(register);
    await createEndpoint(server.url, "chat", model);
  });
  afterAll(() => model.close());

  it("asks an endpoint, and passes on what its provider says", async () => {
    const { url } = await startService({
      MLFLOW_TRACKING_URI: server.url,
      MLFLOW_PROMPTS_MODELS: "chat,gone",
    });

    const notAllowed = await runPrompt(url);
    const answered = await runPrompt(url, { model: "chat" });
    const limited = await runPrompt(url, { model: "chat" });
    const gone = await runPrompt(url, { model: "gone" });

    expect(notAllowed.text).toContain('Give one of these as model: "chat", "gone".');
    expect(answered.structured).toMatchObject({ model: "chat", text: "Because." });
    expect(model.asked[0]?.headers.authorization).toBe("Bearer sk-provider-key");
    expect(limited.text).toMatch(/The model "chat" of MLflow's AI Gateway takes no more requests/);
    expect(gone.text).toMatch(/The model "gone" of MLflow's AI Gateway does not exist \(404: /);
  });
});

describe.skipIf(!newest.ok)(title("run_prompt for callers of MLflow 3.17.2", newest), () => {
  const username = "admin";
  const password = "an admin's password 1";
  const basic = (name: string, secret: string) =>
    `Basic ${Buffer.from(`${name}:${secret}`).toString("base64")}`;
  const admin = { authorization: basic(username, password) };
  const server = suiteServer({
    release: "3.17.2",
    auth: { username, password, defaultPermission: "NO_PERMISSIONS" },
    workspaces: true,
    env: gatewayEnvironment,
  });
  let model: FakeModel;

  beforeAll(async () => {
    model = await startFakeModel(() => "Because.");
    await rest(server.url, "POST", "/api/3.0/mlflow/workspaces", { name: "red" }, admin);
    for (const name of ["ann", "bob"]) {
      await rest(
        server.url,
        "POST",
        "/api/2.0/mlflow/users/create",
        { username: name, password: `${name}'s long password` },
        admin,
      );
    }
    await createEndpoint(server.url, "chat", model, {
      ...admin,
      "x-mlflow-workspace": "red",
    });
  });
  afterAll(() => model.close());

  it("calls the gateway and stores traces with each caller's own credential and workspace", async () => {
    const { url } = await startService({
      MLFLOW_TRACKING_URI: server.url,
      MLFLOW_PROMPTS_AUTH: "forward",
      MLFLOW_PROMPTS_MODELS: "chat",
    });
    const red = url.replace(/\/mcp$/, "/mcp/red");
    await postModern(
      red,
      "tools/call",
      { name: "register_prompt", arguments: { name: "qa", template: "Answer {{ question }}" } },
      admin,
    );

    const asAdmin = await runPrompt(red, {}, admin);
    const asAnn = await postModern(
      red,
      "tools/call",
      { name: "run_prompt", arguments: { name: "qa", variables: { question: "Why?" } } },
      { authorization: basic("ann", "ann's long password") },
    );

    expect(asAdmin.text).toContain("Because.");
    expect(asAdmin.structured).toMatchObject({ trace_id: expect.stringMatching(/^tr-/) });
    expect(asAdmin.structured).not.toHaveProperty("notes");
    expect(model.asked).toHaveLength(1);
    expect(asAnn.text).not.toContain("Because.");
  });
});
