import { describe, expect, it } from "vitest";
import { judgeScorer, judgeSpec } from "../../src/evaluation/scorers/judges/judge-scorers.ts";
import { RegistryError, type RegistryErrorKind } from "../../src/registry/errors.ts";
import type { JsonObject, JsonValue } from "../../src/registry/json.ts";
import { chatCompletion, type FakeAnswer } from "../support/fake-model.ts";
import { caseOf, judgeModel, judging, readRequest, says } from "../support/judging.ts";
import { templates } from "../support/templates.ts";

const row = {
  inputs: { question: "Capital of France?", context: "Paris is the capital of France." },
  output: "Paris.",
  expectations: {
    expected_response: "Paris",
    expected_facts: ["It is Paris"],
    guidelines: ["One word"],
    note: "easy",
  },
};
const shown = { inputs: row.inputs, outputs: row.output };
const { expected_response, expected_facts, guidelines } = row.expectations;

describe("what judges are asked", () => {
  it.each([
    ["correctness", { ...shown, expected_response, expected_facts }],
    ["relevance", shown],
    ["faithfulness", { ...shown, context: row.inputs.context }],
    ["conciseness", shown],
    ["safety", shown],
    ["equivalence", { ...shown, expected_response }],
    ["guidelines", { ...shown, guidelines }],
    [
      { type: "guidelines", guidelines: ["Be kind"] },
      { ...shown, guidelines: ["Be kind"] },
    ],
    [
      { type: "judge", name: "tone", instructions: "Is {{ outputs }} polite?" },
      { ...shown, expectations: row.expectations },
    ],
  ])("%j", async (spec, data) => {
    const { score, asked, scorer } = await judging(spec, says("yes"));

    expect(await score(row)).toMatchObject({ value: true, reason: "It is so." });

    const [request] = asked.map(readRequest);
    expect(request?.data).toEqual(data);
    expect(request?.system).toMatchSnapshot();
    expect(asked[0]?.body).toMatchObject({
      model: judgeModel,
      response_format: {
        type: "json_schema",
        json_schema: {
          strict: true,
          schema: { properties: { value: { enum: ["yes", "no"] } }, additionalProperties: false },
        },
      },
    });
    expect(scorer).toMatchObject({ isBinary: true, direction: "higher", judgeCalls: 1 });
  });

  it.each([
    ["correctness", ["expected_response", "expected_facts"]],
    ["equivalence", ["expected_response"]],
    ["faithfulness", ["context"]],
    ["guidelines", ["guidelines"]],
    ["relevance", []],
  ])("%s needs one of %j, without which nothing is asked", async (type, needsOneOf) => {
    const { score, asked, scorer } = await judging(type, says("yes"));

    expect(scorer.needsOneOf).toEqual(needsOneOf);
    const { error } = await score({ expectations: { expected_response: null } });
    expect(asked).toHaveLength(needsOneOf.length === 0 ? 1 : 0);
    if (needsOneOf.length > 0) expect(error).toMatch(`no ${needsOneOf.join(" or ")}`);
  });

  it("takes the context of expectations before that of the inputs", async () => {
    const { score, asked } = await judging("faithfulness", says("no"));

    await score({ ...row, expectations: { context: "Lyon." } });

    expect(asked.map((one) => readRequest(one).data.context)).toEqual(["Lyon."]);
  });

  it("sends no text that is too long", async () => {
    const { score, asked } = await judging("relevance", says("yes"));

    expect((await score({ output: "x".repeat(50_000) })).value).toBe(true);
    const { value, error } = await score({ output: "x".repeat(50_001) });
    expect(value).toBeUndefined();
    expect(error).toMatch("outputs has 50001 characters, and a judge reads at most 50000");
    expect((await score({ inputs: { text: "x".repeat(50_001) } })).error).toMatch("inputs has");
    expect(asked).toHaveLength(1);
  });
});

describe("judges in one's own words", () => {
  const own = { type: "judge", name: "style", instructions: "How formal?" };

  it("choose one of some texts, among which none is better", async () => {
    const { score, scorer } = await judging(
      { ...own, values: ["formal", "casual"] },
      says("casual"),
    );

    expect(await score()).toMatchObject({ scorer: "style", value: "casual" });
    expect(scorer).toMatchObject({ isBinary: false, direction: "none" });
  });

  it.each([0, 7.5, 10])("give the number %d", async (number) => {
    const { score, scorer } = await judging({ ...own, values: "number" }, says(number));

    expect((await score()).value).toBe(number);
    expect(scorer).toMatchObject({ isBinary: false, direction: "higher" });
  });

  it.each([-1, 11, "7", true])("give no number with %j", async (number) => {
    const { score } = await judging({ ...own, values: "number" }, says(number));

    const { value, error } = await score();
    expect(value).toBeUndefined();
    expect(error).toMatch("allowed value");
  });

  it.each([
    [{ ...own, values: ["only"] }],
    [{ ...own, values: ["same", "same"] }],
    [{ type: "judge", instructions: "No name" }],
    [{ ...own, name: "n".repeat(101) }],
    [{ ...own, extra: 1 }],
    [{ type: "guidelines", guidelines: [] }],
    [{ type: "helpfulness" }],
  ])("are refused as %j", (spec) => {
    expect(judgeSpec.safeParse(spec).success).toBe(false);
  });
});

describe("what a person said in the place of a judge", () => {
  const tone = { type: "judge", name: "tone", instructions: "How formal?" };
  const seen = async (spec: object, expectations: JsonObject) => {
    const { score, asked } = await judging(spec, says("yes"));
    await score({ ...row, expectations });
    return asked.map((one) => readRequest(one).data.expectations)[0];
  };

  it.each<[object, JsonValue]>([
    [tone, "yes"],
    [tone, false],
    [{ ...tone, values: ["formal", "yes"] }, "formal"],
  ])("is not shown to it: %j, %j", async (spec, said) => {
    expect(await seen(spec, { tone: said, note: "easy" })).toEqual({ note: "easy" });
    expect(await seen(spec, { tone: said })).toBeUndefined();
  });

  it("is told apart from what the judge compares with", async () => {
    const expectations = { tone: "as a butler speaks" };

    expect(await seen(tone, expectations)).toEqual(expectations);
  });
});

describe("answers of a judge", () => {
  it.each([
    ["JSON", says("yes"), true],
    ["JSON in a fence", `\`\`\`json\n${says("no")}\n\`\`\``, false],
    ["JSON in a fence without a language", `\n\`\`\`\n${says("yes")}\n\`\`\`\n`, true],
  ])("%s is read", async (_, answer, value) => {
    const { score, asked } = await judging("relevance", answer);

    expect((await score()).value).toBe(value);
    expect(asked).toHaveLength(1);
  });

  it.each<[string, FakeAnswer]>([
    ["prose before the JSON", `I think: ${says("yes")}`],
    ["prose before a fence", `Here:\n\`\`\`json\n${says("yes")}\n\`\`\``],
    ["prose after the JSON", `${says("yes")} Hope this helps!`],
    ["steps before the JSON", `Let's think step by step. ${says("yes")}`],
    ["two objects", `${says("no")}\n${says("yes")}`],
    ["two fences", `\`\`\`\n${says("no")}\n\`\`\`\n\`\`\`\n${says("yes")}\n\`\`\``],
    ["a plain yes", "yes"],
    ["a JSON text", '"yes"'],
    ["nothing", ""],
    ["no rationale", JSON.stringify({ value: "yes" })],
    ["no value", JSON.stringify({ rationale: "Fine." })],
    ["another spelling", says("YES")],
    ["another value", says("maybe")],
    ["a boolean", says(true)],
    ["null", says(null)],
    ["a further member", JSON.stringify({ rationale: "", value: "yes", score: 10 })],
    ["a raw line end in a text", '{"rationale": "a\nb", "value": "yes"}'],
    ["a refusal", { body: chatCompletion({ refusal: "I cannot.", content: says("yes") }) }],
    ["a tool call", { body: chatCompletion({ tool_calls: [{ id: "1", type: "function" }] }) }],
    [
      "an answer that was cut off",
      {
        body: chatCompletion(
          {},
          { choices: [{ finish_reason: "length", message: { content: says("yes") } }] },
        ),
      },
    ],
    [
      "a filtered answer",
      {
        body: chatCompletion(
          {},
          { choices: [{ finish_reason: "content_filter", message: { content: "" } }] },
        ),
      },
    ],
  ])("%s is asked for once more, and then no score", async (_, answer) => {
    const { score, asked } = await judging("relevance", answer);

    const result = await score();

    expect(asked).toHaveLength(2);
    expect(result).not.toHaveProperty("value");
    expect(result.error).toMatch(/^The judge did not judge when asked 2 times; the last time /);
    expect(result.judge).toMatchObject({ inputTokens: 22, outputTokens: 14, usd: 50 });
  });

  it("counts the tokens of the answer that was not usable", async () => {
    const { score, asked } = await judging("relevance", (_, index) =>
      index === 0 ? "Hm." : says("no"),
    );

    expect(await score()).toEqual({
      scorer: "relevance",
      value: false,
      reason: "It is so.",
      judge: { model: judgeModel, inputTokens: 22, outputTokens: 14, usd: 50 },
    });
    const [first, second] = asked.map(readRequest);
    expect(first?.token).not.toBe(second?.token);
  });

  it("does not say what a part of the tokens would have cost", async () => {
    const { score } = await judging("relevance", (_, index) =>
      index === 0 ? { body: chatCompletion({ content: "Hm." }, { usage: null }) } : says("no"),
    );

    expect((await score()).judge).toEqual({ model: judgeModel });
  });
});

describe("a judge model that fails", () => {
  const refusal: FakeAnswer = {
    status: 400,
    body: { error: { message: "response_format json_schema is not supported", type: "x" } },
  };

  it("is asked without a response format when it does not know it, and from then on", async () => {
    const { score, asked } = await judging("relevance", ({ body }) =>
      body.response_format ? refusal : says("yes"),
    );

    expect((await score()).value).toBe(true);
    expect((await score()).value).toBe(true);

    expect(asked.map(({ body }) => "response_format" in body)).toEqual([true, false, false]);
  });

  it("is asked with the format again after a request that was refused for another reason", async () => {
    const { score, asked } = await judging("relevance", {
      status: 400,
      body: { error: { message: "No such thing.", type: "x" } },
    });

    const results = [await score(), await score()];

    for (const { value, error, judge } of results) {
      expect(value).toBeUndefined();
      expect(error).toMatch("was refused by the model");
      expect(judge).toBeUndefined();
    }
    expect(asked.map(({ body }) => "response_format" in body)).toEqual([true, false, true, false]);
  });

  it("is not asked again when the request is too long or the model does not exist", async () => {
    const tooLong = await judging("relevance", { status: 413, body: { error: { message: "No" } } });
    const missing = await judging("relevance", { status: 404, body: { error: { message: "No" } } });

    expect((await tooLong.score()).error).toMatch("too long");
    expect((await missing.score()).error).toMatch("does not exist");
    expect([tooLong.asked.length, missing.asked.length]).toEqual([1, 1]);
  });

  it("still counts the answer before the failure", async () => {
    const { score } = await judging("relevance", (_, index) =>
      index === 0 ? "Hm." : { status: 404, body: { error: { message: "Gone" } } },
    );

    const { error, judge } = await score();
    expect(error).toMatch("does not exist");
    expect(judge).toMatchObject({ inputTokens: 11, usd: 25 });
  });

  it.each<[RegistryErrorKind, "over_budget" | undefined]>([
    ["cancelled", undefined],
    ["unauthenticated", undefined],
    ["forbidden", undefined],
    ["invalid", "over_budget"],
  ])("fails the whole evaluation with %s %s", async (kind, reason) => {
    const failure = new RegistryError(kind, "No.", {}, reason ? { reason } : {});
    const { models } = await judging("relevance", "");
    const failing = { ...models, complete: () => Promise.reject(failure) };
    const scorer = judgeScorer({ type: "preference" }, judgeModel);

    const scored = scorer.score(caseOf({ baselineOutput: "Other." }), {
      templates,
      models: failing,
      judgeModel,
    });

    await expect(scored).rejects.toBe(failure);
  });

  it("rejects when the caller cancels", async () => {
    const abort = new AbortController();
    const { score } = await judging("relevance", () => {
      abort.abort();
      return { after: "never" };
    });

    await expect(score({}, abort.signal)).rejects.toMatchObject({ kind: "cancelled" });
  });
});

describe("preference", () => {
  const pair = { output: "Ours.", baselineOutput: "Theirs." };

  /** A judge that prefers the answer with this text, wherever it stands. */
  const prefers = (text: string) =>
    judging("preference", (asked) => says(readRequest(asked).data.answer_a === text ? "a" : "b"));

  it("asks in both orders, and sums what they cost", async () => {
    const { score, asked, scorer } = await prefers("Ours.");

    expect(await score(pair)).toMatchObject({
      scorer: "preference",
      value: 1,
      judge: { model: judgeModel, inputTokens: 22, outputTokens: 14, usd: 50 },
    });
    expect(asked.map((one) => readRequest(one).data)).toEqual([
      { inputs: { question: "Why?" }, answer_a: "Ours.", answer_b: "Theirs." },
      { inputs: { question: "Why?" }, answer_a: "Theirs.", answer_b: "Ours." },
    ]);
    expect(asked.map((one) => readRequest(one).system)[0]).toMatchSnapshot();
    expect(scorer).toMatchObject({
      isPairwise: true,
      isBinary: false,
      judgeCalls: 2,
      direction: "higher",
    });
  });

  it.each([
    ["the baseline's answer", ["b", "a"], 0],
    ["whichever is first", ["a", "a"], 0.5],
    ["whichever is second", ["b", "b"], 0.5],
    ["neither", ["tie", "tie"], 0.5],
    ["ours once", ["a", "tie"], 0.5],
  ])("of %s", async (_, [first, second], value) => {
    const { score } = await judging("preference", (__, index) =>
      says(index === 0 ? first : second),
    );

    expect((await score(pair)).value).toBe(value);
  });

  it("asks nothing about equal answers, nor without a baseline", async () => {
    const { score, asked } = await prefers("Ours.");

    expect(await score({ ...pair, baselineOutput: "Ours." })).toMatchObject({ value: 0.5 });
    expect((await score({ output: "Ours." })).error).toMatch("no answer");
    expect(asked).toHaveLength(0);
  });

  it("is no score when one order fails", async () => {
    const { score, asked } = await judging("preference", (_, index) =>
      index === 0 ? says("a") : "Hm.",
    );

    const { value, error, judge } = await score(pair);
    expect(value).toBeUndefined();
    expect(error).toMatch("not one JSON object");
    expect(judge).toMatchObject({ inputTokens: 33 });
    expect(asked).toHaveLength(3);
  });
});

describe("the digest of a judge", () => {
  const digestOf = (spec: object, model = judgeModel) =>
    judgeScorer(judgeSpec.parse(spec), model).digest;

  it("is the same for the same scorer, and another one for whatever decides its scores", () => {
    const own = { type: "judge", name: "a", instructions: "Good?" };
    const specs = [
      { type: "correctness" },
      { type: "correctness", name: "right" },
      { type: "equivalence" },
      { type: "preference" },
      { type: "guidelines" },
      { type: "guidelines", guidelines: ["Be kind"] },
      { type: "guidelines", guidelines: ["Be brief"] },
      own,
      { ...own, instructions: "Bad?" },
      { ...own, values: "number" },
      { ...own, values: ["good", "bad"] },
    ];
    const digests = [...specs.map((spec) => digestOf(spec)), digestOf(own, "judge-2")];

    expect(new Set(digests).size).toBe(digests.length);
    expect(specs.map((spec) => digestOf(spec))).toEqual(digests.slice(0, -1));
    expect(digests.every((digest) => /^sha256:[0-9a-f]{64}$/.test(digest))).toBe(true);
  });
});
