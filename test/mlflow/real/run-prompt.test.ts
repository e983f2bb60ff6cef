import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import {
  chatCompletion,
  type FakeAnswer,
  type FakeModel,
  fakeModel,
  startFakeModel,
} from "../../support/fake-model.ts";
import { postModern, startService } from "../../support/http-service.ts";
import { mlflowAvailable, type Release, title } from "../../support/mlflow-install.ts";
import { createEndpoint, gatewayEnvironment } from "./gateway-endpoints.ts";
import { suiteServer } from "./suite-server.ts";

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

    it("says which models the AI Gateway lacks, and before 3.10 that there is none", async () => {
      const { url } = await startService({
        MLFLOW_TRACKING_URI: server.url,
        MLFLOW_PROMPTS_MODELS: "small",
      });

      const { isError, text } = await runPrompt(url, { trace: false });

      expect(isError).toBe(true);
      expect(text).toContain(
        release === "3.8.1"
          ? "This MLflow server has no AI Gateway (404): it needs MLflow 3.10 or newer."
          : `The model "small" of MLflow's AI Gateway does not exist (404: `,
      );
    });
  });
});

/** A chat completion as a stream that nobody asked for. */
function eventsOf(content: string): string {
  const chunk = { object: "chat.completion.chunk", choices: [{ index: 0, delta: { content } }] };
  return `data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`;
}

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

  const stream = { "content-type": "text/event-stream" };

  it.each<[string, FakeAnswer]>([
    ["streams", { headers: stream, body: eventsOf("Because.") }],
    ["streams without an end", { headers: stream, endless: eventsOf("x") }],
    ["sends garbage", { body: "\u0000<html>" }],
  ])("says in time that a provider which %s does not answer", async (name, answer) => {
    const provider = await fakeModel(() => answer);
    const endpoint = name.replaceAll(" ", "-");
    await createEndpoint(server.url, endpoint, provider);
    const { url } = await startService({
      MLFLOW_TRACKING_URI: server.url,
      MLFLOW_PROMPTS_MODELS: endpoint,
      MLFLOW_PROMPTS_MODEL_TIMEOUT: "4",
    });

    // Without the limit, a stream without an end would not end here either.
    const { isError, text } = await runPrompt(url, { model: endpoint, trace: false });

    expect(isError).toBe(true);
    // The gateway itself says 5xx as soon as it cannot read its provider.
    expect(text).toMatch(
      /^Error: The model "[a-z-]+" of MLflow's AI Gateway (failed with status 5\d\d|did not answer)/,
    );
  });

  it("evaluates through an endpoint whose provider is slow, busy and wrong at times", async () => {
    const provider = await fakeModel(({ body }, index) => {
      const text = JSON.stringify(body.messages);
      if (index % 5 === 1) return { status: 429, body: { error: { message: "busy" } } };
      if (index % 5 === 3) return { status: 500, body: { error: { message: "broken" } } };
      if (text.includes("never")) return { body: "<html>down</html>" };
      return { body: chatCompletion({ content: "Because." }), after: 20 };
    });
    await createEndpoint(server.url, "moody", provider);
    const { url } = await startService({
      MLFLOW_TRACKING_URI: server.url,
      MLFLOW_HTTP_REQUEST_TIMEOUT: "60",
      MLFLOW_PROMPTS_MODELS: "moody",
    });
    const questions = ["a", "b", "c", "d", "e", "never"];
    const { message } = await postModern(url, "tools/call", {
      name: "evaluate_prompt",
      arguments: {
        ...{ name: "qa", versions: [1], model: "moody", scorers: ["exact_match"] },
        rows: questions.map((question) => ({
          inputs: { question },
          expectations: { expected_response: "Because." },
        })),
      },
    });
    const { structuredContent } = toolResult.parse(message?.result);

    expect(structuredContent).toMatchObject({
      complete: true,
      versions: [
        {
          ...{ model: "moody", attempted: 6, answered: 5, failed: 1 },
          scores: [{ scorer: "exact_match", mean: 1, scored: 5, failed: 0 }],
        },
      ],
      failures: [{ rows: 1 }],
    });
  });
});
