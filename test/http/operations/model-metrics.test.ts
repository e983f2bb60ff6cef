import { describe, expect, it } from "vitest";
import { fakeModel } from "../../support/fake-model.ts";
import { postModern, startService } from "../../support/http-service.ts";

const refused = { status: 400, body: { error: { message: "no" } } };
const busy = { status: 503, body: { error: { message: "busy" } } };

/** A service with models: "broken" refuses, "busy" answers the second request. */
async function serve(variables: Readonly<Record<string, string>>) {
  const model = await fakeModel(({ body }, index) => {
    if (body.model === "broken") return refused;
    return body.model === "busy" && index === 0 ? busy : "Because.";
  });
  const { url } = await startService({ MLFLOW_PROMPTS_MODEL_URL: model.url, ...variables });
  const tool = (name: string, args: object) =>
    postModern(url, "tools/call", { name, arguments: args });
  await tool("register_prompt", { name: "secret-prompt", template: "Why {{ thing }}?" });
  const metrics = async () => {
    const text = await (await fetch(new URL("/metrics", url))).text();
    return text.split("\n").filter((line) => /^mlflow_prompts_model_/.test(line));
  };
  return {
    metrics,
    evaluate: (args: object) => tool("evaluate_prompt", { name: "secret-prompt", ...args }),
    run: (args: object) =>
      tool("run_prompt", { name: "secret-prompt", variables: { thing: "secret-value" }, ...args }),
  };
}

describe("/metrics", () => {
  it("counts requests to models by outcome, their seconds, tokens and cost", async () => {
    const { run, metrics } = await serve({
      MLFLOW_PROMPTS_MODELS: "small,broken",
      MLFLOW_PROMPTS_MODEL_PRICES: "small=100/1000",
    });

    await run({ model: "small" });
    await run({ model: "small" });
    await run({ model: "broken" });

    expect(await metrics()).toEqual(
      expect.arrayContaining([
        'mlflow_prompts_model_requests_total{model="small",outcome="ok"} 2',
        'mlflow_prompts_model_requests_total{model="broken",outcome="invalid"} 1',
        'mlflow_prompts_model_seconds_count{model="small"} 2',
        'mlflow_prompts_model_seconds_count{model="broken"} 1',
        'mlflow_prompts_model_tokens_total{model="small",direction="input"} 22',
        'mlflow_prompts_model_tokens_total{model="small",direction="output"} 14',
        expect.stringMatching(
          /^mlflow_prompts_model_cost_dollars_total\{model="small"\} 0\.0162\d*$/,
        ),
      ]),
    );
  });

  it("names the models of the operator's settings only, however many others are asked", async () => {
    const { run, metrics } = await serve({
      MLFLOW_PROMPTS_MODELS: "",
      MLFLOW_PROMPTS_MODEL_FALLBACKS: "spare",
    });
    const made = Array.from({ length: 20 }, (_, index) => `made-up-${index}`);

    for (const model of made) await run({ model });
    await run({ model: "spare" });
    await run({ model: "broken" });

    const lines = await metrics();
    expect(lines).toEqual(
      expect.arrayContaining([
        'mlflow_prompts_model_requests_total{model="other",outcome="ok"} 20',
        'mlflow_prompts_model_requests_total{model="other",outcome="invalid"} 1',
        'mlflow_prompts_model_requests_total{model="spare",outcome="ok"} 1',
      ]),
    );
    expect(lines.join("\n")).not.toMatch(/made-up|broken|secret|127\.0\.0\.1/);
  });

  it("names the models of tiers", async () => {
    const { run, metrics } = await serve({ MLFLOW_PROMPTS_MODEL_TIERS: "fast=mid,quality=big" });

    await run({ model: "big" });
    await run({ model: "mid" });
    await run({ model: "elsewhere" });

    for (const model of ["big", "mid", "other"]) {
      expect(await metrics()).toContain(
        `mlflow_prompts_model_requests_total{model="${model}",outcome="ok"} 1`,
      );
    }
  });

  it("counts each retry", async () => {
    const { run, metrics } = await serve({ MLFLOW_PROMPTS_MODELS: "busy" });

    await run({});

    expect(await metrics()).toEqual(
      expect.arrayContaining([
        'mlflow_prompts_model_requests_total{model="busy",outcome="unavailable"} 1',
        'mlflow_prompts_model_requests_total{model="busy",outcome="ok"} 1',
        'mlflow_prompts_model_seconds_count{model="busy"} 2',
      ]),
    );
  });

  it("counts what evaluations ask, judges included", async () => {
    const { evaluate, metrics } = await serve({ MLFLOW_PROMPTS_MODELS: "small" });

    await evaluate({
      versions: [1],
      rows: [{ inputs: { thing: "a" } }, { inputs: { thing: "b" } }],
      scorers: ["relevance"],
    });

    const lines = await metrics();
    const asked = lines.find((line) => line.includes('requests_total{model="small",outcome="ok"}'));
    // Two answers, and for each the judge, whose answer is no JSON and is asked for once more.
    expect(asked?.split(" ").at(-1)).toBe("6");
  });
});
