import { describe, expect, it } from "vitest";
import * as z from "zod";
import { checkEvaluation } from "../../src/evaluation/check-evaluation.ts";
import { fillable } from "../../src/evaluation/fill-version.ts";
import type { Session } from "../../src/session/session.ts";
import { callTool } from "../support/call-tool.ts";
import { connect, emptyRegistry, sessionOf, text } from "../support/embedded-session.ts";
import { type AskedModel, type FakeAnswer, fakeModel } from "../support/fake-model.ts";
import { modelsAt, type TestModels } from "../support/models.ts";

const evaluation = z.looseObject({
  complete: z.boolean(),
  notes: z.array(z.string()).default([]),
  failures: z.array(z.object({ reason: z.string(), rows: z.number() })).default([]),
  changed_rows: z.array(z.looseObject({ inputs: z.looseObject({}), change: z.number() })),
  versions: z.array(
    z.looseObject({
      version: z.number(),
      attempted: z.number(),
      answered: z.number(),
      failed: z.number(),
      scores: z.array(
        z.looseObject({
          scorer: z.string(),
          mean: z.number().optional(),
          scored: z.number(),
          difference: z.looseObject({ verdict: z.string() }).optional(),
        }),
      ),
    }),
  ),
});

/** The text of the last message that a model was asked. */
function question({ body }: AskedModel): string {
  return (
    z
      .array(z.looseObject({ content: z.string() }))
      .parse(body.messages)
      .at(-1)?.content ?? ""
  );
}

/** Rows whose answer is the number itself. */
function rows(count: number, from = 0) {
  return Array.from({ length: count }, (_, index) => ({
    inputs: { n: `${from + index}` },
    expectations: { expected_response: `${from + index}` },
  }));
}

/** A prompt whose version 1 says "old" and whose version 2 says "new", before a fake model. */
async function setUp(
  answer: (asked: AskedModel, index: number) => FakeAnswer,
  { policy = {}, ...models }: Partial<TestModels> & { policy?: Partial<Session> } = {},
) {
  const model = await fakeModel(answer);
  const registry = emptyRegistry();
  await registry.registerVersion("qa", text("old {{ n }}"));
  await registry.registerVersion("qa", text("new {{ n }}"));
  const access = modelsAt({ url: model.url, names: ["m"], ...models });
  const client = await connect(sessionOf(registry, { ...access, ...policy }));
  const run = async (args: object) => {
    const result = await callTool(client, "evaluate_prompt", {
      name: "qa",
      versions: [1, 2],
      scorers: ["exact_match"],
      store: false,
      ...args,
    });
    return { ...result, view: () => evaluation.parse(result.structured) };
  };
  return { client, run, asked: model.asked };
}

/** Answers right with the new version, and wrong with the old one. */
const better = (asked: AskedModel) => {
  const [version, n = ""] = question(asked).split(" ");
  return version === "new" ? n : `not ${n}`;
};

describe("evaluate_prompt", () => {
  it("says that a version is better, with the rows that changed", async () => {
    const { run, asked } = await setUp(better);

    const { view, text: said } = await run({ rows: rows(10) });

    expect(asked).toHaveLength(20);
    const { versions, complete, changed_rows } = view();
    expect(complete).toBe(true);
    expect(
      versions.map(({ version, answered, scores }) => [version, answered, scores[0]?.mean]),
    ).toEqual([
      [1, 10, 0],
      [2, 10, 1],
    ]);
    expect(versions[1]?.scores[0]?.difference).toMatchObject({ verdict: "better", rows: 10 });
    expect(changed_rows).toHaveLength(5);
    expect(changed_rows[0]).toMatchObject({
      change: 1,
      baseline: { version: 1, scores: [{ scorer: "exact_match", value: false }] },
      candidate: { version: 2, scores: [{ scorer: "exact_match", value: true }] },
    });
    expect(said).toContain(
      "exact_match: 1 (0.7225 to 1), 10 answers. Against the baseline: better",
    );
  });

  it("says too few rows, and how many would be enough", async () => {
    const { run } = await setUp(better);
    const { view } = await run({ rows: rows(3) });
    expect(view().versions[1]?.scores[0]?.difference).toMatchObject({
      verdict: "too few rows",
      enough_rows: 6,
    });
  });

  it("asks each version first equally often, so that a slow first call is no difference", async () => {
    const { run, asked } = await setUp(better, { maxCalls: 1 });
    await run({ rows: rows(4) });
    expect(asked.map((request) => question(request).split(" ")[0])).toEqual([
      ...["old", "new", "new", "old", "old", "new", "new", "old"],
    ]);
  });

  it("counts failed answers apart and scores none of them", async () => {
    const { run } = await setUp((asked) =>
      question(asked) === "new 1"
        ? { status: 400, body: { error: { message: "no" } } }
        : better(asked),
    );
    const { view } = await run({ rows: rows(8) });
    const [, candidate] = view().versions;
    expect(candidate).toMatchObject({ attempted: 8, answered: 7, failed: 1 });
    expect(candidate?.scores[0]).toMatchObject({ mean: 1, scored: 7 });
    expect(view().failures).toEqual([{ reason: expect.stringContaining("no"), rows: 1 }]);
  });

  it("averages repeats of a row, which are no further rows", async () => {
    const { run, asked } = await setUp((asked, index) => (index % 2 === 0 ? "0" : better(asked)));
    const { view } = await run({ rows: rows(4), repeats: 3, versions: [2] });
    expect(asked).toHaveLength(12);
    expect(view().versions[0]).toMatchObject({ attempted: 12, answered: 12 });
  });

  it("stops after 20 failures one after the other", async () => {
    const { run, asked } = await setUp(
      () => ({ status: 400, body: { error: { message: "broken" } } }),
      {
        maxCalls: 1,
      },
    );
    const { view } = await run({ rows: rows(100), versions: [1] });
    expect(asked).toHaveLength(20);
    expect(view().complete).toBe(false);
    expect(view().notes.join()).toContain("20 calls failed one after the other");
  });

  it("stops when max_cost is spent, and where no price is known", async () => {
    const prices = new Map([["m", { input: 1_000_000, output: 1_000_000 }]]);
    const { run, asked } = await setUp(better, { prices, maxCalls: 1 });
    // Each answer has 18 tokens of a dollar.
    const { view } = await run({ rows: rows(100), versions: [1], max_cost: 50 });
    expect(asked).toHaveLength(3);
    expect(view().notes.join()).toContain("The calls cost $54, and max_cost is reached.");

    const several = await setUp(better, { prices, maxCalls: 1 });
    const both = await several.run({ rows: rows(100), max_cost: 18 });
    // The other version of the first row is not asked any more, and what was answered is scored.
    expect(several.asked).toHaveLength(1);
    expect(both.view().versions.map(({ answered }) => answered)).toEqual([1, 0]);
    expect(both.view().versions[0]?.scores).toMatchObject([{ scored: 1 }]);

    const unpriced = await setUp(better, { maxCalls: 1 });
    const second = await unpriced.run({ rows: rows(100), versions: [1], max_cost: 50 });
    expect(unpriced.asked).toHaveLength(1);
    expect(second.view().notes.join()).toContain("no price is known");
  });

  it.each<[string, object, string]>([
    [
      "a scorer whose expectations are missing",
      { rows: [{ inputs: { n: "1" } }] },
      "expected_response",
    ],
    [
      "an expectation that is null",
      { rows: [{ inputs: { n: "1" }, expectations: { expected_response: null } }] },
      "expected_response",
    ],
    [
      "a row without a variable",
      { rows: [...rows(2), { inputs: {}, expectations: { expected_response: "" } }] },
      "Row 3",
    ],
    ["neither rows nor a dataset", {}, "either dataset"],
    ["an unknown scorer", { rows: rows(1), scorers: ["corectness"] }, "corectness"],
    [
      "two scorers of one name",
      { rows: rows(1), scorers: ["exact_match", "exact_match"] },
      "named",
    ],
    ["one version twice", { rows: rows(1), versions: [1, "1"] }, "given twice"],
    ["a model that is not allowed", { rows: rows(1), model: "other" }, "not allowed"],
    ["too many versions", { rows: rows(1), versions: [1, 2, 3, 4, 5, 6] }, "versions"],
    ["too many rows", { rows: rows(1_001) }, "rows"],
    ["a prompt that does not exist", { rows: rows(1), name: "nobody" }, "nobody"],
  ])("refuses %s before a model is asked", async (_, args, said) => {
    const { run, asked } = await setUp(better);
    const { isError, text: message } = await run(args);
    expect(isError).toBe(true);
    expect(message).toContain(said);
    expect(asked).toEqual([]);
  });

  it("takes the same rows of a larger set each time", async () => {
    const { run, asked } = await setUp(better);
    await run({ rows: rows(50), versions: [1], max_rows: 5 });
    await run({ rows: rows(50).toReversed(), versions: [1], max_rows: 5 });
    const first = asked.slice(0, 5).map(question).toSorted();
    expect(asked.slice(5).map(question).toSorted()).toEqual(first);
  });

  it("tells the client how far it is", async () => {
    const { client } = await setUp(better);
    const heard: { progress: number; total?: number | undefined; message?: string | undefined }[] =
      [];
    await client.callTool(
      {
        name: "evaluate_prompt",
        arguments: { name: "qa", versions: [1], scorers: ["latency"], rows: rows(3), store: false },
      },
      { onprogress: (progress) => heard.push(progress) },
    );
    expect(heard.map(({ progress, total }) => [progress, total])).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
    expect(heard.at(-1)?.message).toBe("3 of 3 answers");
  });

  it("is not offered without a model", async () => {
    const client = await connect(sessionOf(emptyRegistry()));
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).not.toContain("evaluate_prompt");
  });

  it("stores nothing on a read-only server, and says so", async () => {
    const { run } = await setUp(better, { policy: { readOnly: true } });
    const { view } = await run({ rows: rows(2), store: true });
    expect(view().notes).toContain("Nothing was stored: this server is read-only.");
  });
});

describe("evaluate_prompt with judges", () => {
  const judged = (verdict: (prompt: string) => string) => (asked: AskedModel) => {
    if (asked.body.response_format === undefined) return better(asked);
    return JSON.stringify({ rationale: "As asked.", value: verdict(JSON.stringify(asked.body)) });
  };

  it("counts their tokens and cost apart, and shows their reasons", async () => {
    const prices = new Map([["m", { input: 1_000, output: 1_000 }]]);
    const { run, asked } = await setUp(
      judged((request) => (/not \d/.test(request) ? "no" : "yes")),
      { prices },
    );
    const { view, text: said } = await run({ rows: rows(6), scorers: ["correctness"] });
    expect(asked).toHaveLength(24);
    const [baseline, candidate] = view().versions;
    expect([baseline?.scores[0]?.mean, candidate?.scores[0]?.mean]).toEqual([0, 1]);
    expect(candidate?.scores[0]?.difference?.verdict).toBe("better");
    expect(candidate).toMatchObject({
      cost_usd: expect.closeTo(0.108, 9),
      judge_cost_usd: expect.closeTo(0.108, 9),
    });
    expect(said).toContain("judged by m");
    expect(said).toContain("As asked.");
  });

  it("asks which of two answers is preferred in both orders, and counts no bias of the order", async () => {
    const { run } = await setUp(judged(() => "a"));
    const { view } = await run({ rows: rows(6), scorers: ["preference"] });
    const [baseline, candidate] = view().versions;
    expect(baseline?.scores).toEqual([]);
    expect(candidate?.scores[0]).toMatchObject({ scorer: "preference", mean: 0.5, scored: 6 });
  });

  it("gives no number where a judge answers out of its schema", async () => {
    const { run } = await setUp(judged(() => "maybe"));
    const { view } = await run({ rows: rows(2), versions: [2], scorers: ["safety"] });
    const [scorer] = view().versions[0]?.scores ?? [];
    expect(scorer).toMatchObject({ scorer: "safety", scored: 0, failed: 2 });
    expect(scorer).not.toHaveProperty("mean");
  });
});

describe("what people say of the rows in a dataset", () => {
  const agreements = z.object({
    versions: z.tuple([
      z.object({
        scores: z.array(z.object({ scorer: z.string(), agreement: z.unknown().optional() })),
      }),
    ]),
  });

  it("is compared with the judge of that name, beyond chance", async () => {
    const { run } = await setUp((asked) => {
      if (asked.body.response_format === undefined) return better(asked);
      const isRight = /outputs\\":\\"[0-3]\\"/.test(JSON.stringify(asked.body));
      return JSON.stringify({ rationale: "So.", value: isRight ? "yes" : "no" });
    });
    const labelled = rows(8).map(({ inputs }, index) => ({
      inputs,
      // People and the judge differ on the fourth row.
      expectations: { polite: index < 3 ? "yes" : "no" },
    }));

    const { structured } = await run({
      rows: labelled,
      versions: [2],
      scorers: [{ type: "judge", name: "polite", instructions: "Is it polite?" }],
    });

    expect(agreements.parse(structured).versions[0].scores).toEqual([
      { scorer: "polite", agreement: { kappa: 0.75, agreed: 0.875, rows: 8 } },
    ]);
  });

  it("is not what a scorer looks for", async () => {
    const { run } = await setUp(better);
    const looked = rows(2).map(({ inputs }) => ({ inputs, expectations: { contains: "1" } }));

    const { structured } = await run({ rows: looked, versions: [2], scorers: ["contains"] });

    expect(agreements.parse(structured).versions[0].scores).toEqual([{ scorer: "contains" }]);
  });
});

describe("a caller who cancels before a model is asked", () => {
  it("is told that the call was cancelled", async () => {
    const registry = emptyRegistry();
    const version = (await registry.registerVersion("qa", text("{{ n }}"))).version;
    const session = sessionOf(registry);
    const cancelled = new AbortController();
    cancelled.abort();
    const options = { signal: cancelled.signal };
    const evaluation = {
      ...{
        versions: [version],
        rows: rows(3),
        scorers: [],
        judgeModel: "m",
        repeats: 1,
        store: false,
      },
      dataset: { name: "rows", digest: "0", rowCount: 3 },
    };
    const prepared = [await fillable(session, version, {})];
    await expect(checkEvaluation(session, evaluation, prepared, options)).rejects.toMatchObject({
      name: "RegistryError",
      kind: "cancelled",
    });
  });
});
