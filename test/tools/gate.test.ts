import { describe, expect, it } from "vitest";
import { text } from "../support/embedded-session.ts";
import { answers, correct, gated, notWorse, person } from "../support/gated.ts";
import { addQuestions, type StoredRun } from "../support/stored-runs.ts";

const override = { override_gate: true, reason: "A hotfix" };

describe("a gate with a least value", () => {
  it("lets nothing through without evidence, and says the call that makes it", async () => {
    const { promote, production } = await gated(correct);

    const refused = await promote();

    expect(refused.isError).toBe(true);
    expect(refused.text).toContain(
      'qa@production was not moved. The alias "production" has a gate, and version 2 does not pass it: version 2 was not evaluated on the dataset "questions".',
    );
    expect(refused.text).toContain(
      'evaluate_prompt {"name":"qa","versions":[2],"dataset":"questions","scorers":["exact_match"]}',
    );
    expect(await production()).toBe(1);
  });

  it("lets a version through that was measured to be good, and names the run", async () => {
    const { promote, run, production } = await gated(correct);
    const runId = await run({ version: 2, rows: answers(1) });

    const moved = await promote();

    expect(moved.structured).toMatchObject({
      moved: true,
      gate: {
        passed: true,
        evidence: [
          {
            dataset: "questions",
            run_id: runId,
            met: ["exact_match is 0.95 and must be at least 0.9"],
            unmet: [],
          },
        ],
      },
    });
    expect(moved.text).toContain(`Measured on questions (run ${runId}): exact_match is 0.95`);
    expect(await production()).toBe(2);
  });

  it("refuses a version that was measured to be bad, and names the run", async () => {
    const { promote, run, production } = await gated(correct);
    const runId = await run({ version: 2, rows: answers(3) });

    const refused = await promote();

    expect(refused.text).toContain(
      `(run ${runId}): exact_match is 0.85 and must be at least 0.9. Improve the prompt`,
    );
    expect(refused.text).not.toContain("evaluate_prompt {");
    expect(await production()).toBe(1);
  });

  it("counts an answer that failed, or that was not scored, as a wrong one", async () => {
    const { promote, run } = await gated(correct);
    const rows = answers().map((scores, index) =>
      index < 2 ? undefined : index < 3 ? {} : scores,
    );
    await run({ version: 2, rows });

    const refused = await promote();

    expect(refused.text).toContain(
      "exact_match is 0.85 and must be at least 0.9, with 3 failed answers counted as 0",
    );
  });

  it("is the newest run's matter", async () => {
    const { promote, run } = await gated(correct);
    const now = Date.now();
    await run({ version: 2, rows: answers(), endedAt: now - 10_000 });
    const newest = await run({ version: 2, rows: answers(5), endedAt: now });

    expect((await promote()).text).toContain(`(run ${newest}): exact_match is 0.75`);
  });
});

describe("evidence is taken from the run and its rows", () => {
  it("and not from tags and metrics that anybody may write", async () => {
    const { promote, run, registry } = await gated(correct);
    await registry.tagVersion("qa", 2, { "mcp.gate": "passed", "exact_match/mean": "1" });
    await run({ version: 2, rows: answers(20), metrics: { "exact_match/mean": 1 } });

    expect((await promote()).text).toContain("exact_match is 0 and must be at least 0.9");
  });

  it.each<[string, Omit<StoredRun, "prompt" | "version">, string]>([
    [
      "is of another scorer of the same name",
      { rows: answers(), scorers: [{ type: "contains", name: "exact_match", text: "yes" }] },
      'was scored by "exact_match" with other settings than those that the gate wants',
    ],
    ["has other scorers", { rows: answers(), scorers: ["similarity"] }, 'no scores of "exact'],
    ["has too few rows", { rows: answers().slice(0, 19) }, "has 19 of the 20 rows"],
    [
      "says more rows than it has",
      { rows: answers().slice(0, 5), metrics: { "rows/attempted": 20 } },
      "has 5 of the 20 rows",
    ],
    ["is not finished", { rows: answers(), unfinished: true }, "was not evaluated"],
  ])("that %s: it does not count", async (_, given, problem) => {
    const { promote, run, production } = await gated(correct);
    await run({ version: 2, ...given });

    const refused = await promote();

    expect(refused.text).toContain(problem);
    expect(refused.text).toContain('"versions":[2]');
    expect(await production()).toBe(1);
  });

  it("of the dataset as it is now", async () => {
    const { promote, run, evaluations, dataset } = await gated(correct);
    await run({ version: 2, rows: answers() });
    await evaluations.addRows(dataset, [{ inputs: { question: "New?" }, expectations: {} }]);

    expect((await promote()).text).toContain('the dataset "questions" has changed since the run');
  });

  it("of the dataset itself, and not of another one of easy rows", async () => {
    const { promote, run, evaluations } = await gated(correct);
    await run({ version: 2, rows: answers() }, await addQuestions(evaluations, "easy", 20));

    expect((await promote()).text).toContain("was not evaluated on the dataset");
  });

  it("of the gate's age", async () => {
    const { promote, run, production } = await gated({ ...correct, max_age_days: 7 });
    const day = 24 * 60 * 60 * 1_000;
    await run({ version: 2, rows: answers(), endedAt: Date.now() - 8 * day });
    expect((await promote()).text).toContain("which is older than the gate allows");

    await run({ version: 2, rows: answers(), endedAt: Date.now() - 6 * day });
    await promote();
    expect(await production()).toBe(2);
  });

  it("of as many rows as the gate says", async () => {
    const { promote, run, production } = await gated({ ...correct, min_rows: 10 });
    await run({ version: 2, rows: answers().slice(0, 9) });
    expect((await promote()).text).toContain("has 9 of the 20 rows");
    expect((await promote()).text).toContain('"max_rows":10');

    await run({ version: 2, rows: answers().slice(0, 10) });
    await promote();
    expect(await production()).toBe(2);
  });
});

describe("a gate that compares with the version before", () => {
  it("needs a run of both", async () => {
    const { promote, run, production } = await gated(notWorse);
    const candidate = await run({ version: 2, rows: answers() });
    const refused = await promote();
    expect(refused.text).toContain("version 1 was not evaluated");
    expect(refused.text).toContain('"versions":[1,2]');

    const baseline = await run({ version: 1, rows: answers() });
    const moved = await promote();
    expect(moved.structured).toMatchObject({
      gate: { passed: true, evidence: [{ run_id: candidate, baseline_run_id: baseline }] },
    });
    expect(await production()).toBe(2);
  });

  it("refuses a worse one, by the interval of the difference", async () => {
    const { promote, run, production } = await gated(notWorse);
    await run({ version: 1, rows: answers() });
    await run({ version: 2, rows: answers(2) });

    const refused = await promote();

    expect(refused.text).toMatch(
      /exact_match differs by -0\.1 \(-0\.\d+ to 0?-?[\d.]+\) from version 1 on 20 rows and must not be worse by more than 0\.02/,
    );
    expect(await production()).toBe(1);
  });

  it("does not let a version through that fails on the rows it would get wrong", async () => {
    const { promote, run, production } = await gated(notWorse);
    await run({ version: 1, rows: answers() });
    await run({ version: 2, rows: answers().map((row, index) => (index < 6 ? undefined : row)) });

    expect((await promote()).text).toContain("6 failed answers counted as 0");
    expect(await production()).toBe(1);
  });

  it("has nothing to compare where the alias is new", async () => {
    const { call, run } = await gated({ ...notWorse, alias: "staging" });
    const args = { alias: "staging", version: 2 };
    expect((await call("set_prompt_alias", args)).text).toContain("version 2 was not evaluated");
    await run({ version: 2, rows: answers(20) });

    const moved = await call("set_prompt_alias", args);

    expect(moved.isError).toBe(false);
    expect(moved.text).toContain(
      'the alias "staging" is new, so there is no version to compare with: only at_least was checked',
    );
  });

  it("compares with the version before where the alias was deleted", async () => {
    const { call, promote, run } = await gated(notWorse);
    await run({ version: 2, rows: answers() });
    const args = { alias: "production", confirm: "qa", allow_breaking: true };
    expect((await call("delete_prompt_alias", args)).isError).toBe(false);

    expect((await promote()).text).toContain("version 1 was not evaluated");
  });

  it("limits cost and latency", async () => {
    const ratios = { ...correct, scorers: {}, max_cost_ratio: 1.5, max_latency_ratio: 1.5 };
    const { promote, run, production } = await gated(ratios);
    await run({ version: 1, rows: answers(), scorers: ["latency"], usd: 0.01 });
    await run({ version: 2, rows: answers(), scorers: ["latency"], latencyMs: 200 });

    const refused = await promote();

    expect(refused.text).toContain("the cost of an answer is not known of both");
    expect(refused.text).toContain("the median latency of an answer is 2 times");
    await run({ version: 2, rows: answers(), usd: 0.015, latencyMs: 150, endedAt: Date.now() + 1 });
    await promote();
    expect(await production()).toBe(2);
  });
});

describe("what a gate guards", () => {
  it.each<[string, string, Readonly<Record<string, unknown>>]>([
    ["register_prompt", "Nothing was registered", { base_version: 2, template: "{{ question }}" }],
    [
      "edit_prompt",
      "Nothing was registered",
      { base_version: 2, edits: [{ old_text: "briefly", new_text: "shortly" }] },
    ],
    ["restore_prompt_version", "Nothing was registered", { version: 1 }],
  ])("is an alias that %s gives a new version, before anything is written", async (...given) => {
    const [tool, undone, args] = given;
    const { call, registry, production } = await gated(correct);

    const refused = await call(tool, { ...args, alias: "production" });

    expect(refused.text).toContain(undone);
    expect(refused.text).toContain('a new version was not measured yet on "questions"');
    expect((await registry.listVersions("qa", { limit: 10 })).items).toHaveLength(2);
    expect((await call(tool, args)).isError).toBe(false);
    expect(await production()).toBe(1);
  });

  it("is seen by a dry run", async () => {
    const { call } = await gated(correct);

    const predicted = await call("register_prompt", {
      ...{ base_version: 2, template: "{{ question }}", alias: "production", dry_run: true },
    });

    expect(predicted.structured).toMatchObject({
      refusal: expect.stringContaining("has a gate"),
      refused_by: "gate",
      alias_move: { gate: { passed: false } },
    });
  });

  it("is left out of a copy", async () => {
    const { call, registry } = await gated(correct);
    await registry.setAlias("qa", "staging", 2);

    const copied = await call("copy_prompt", { new_name: "copy" });

    expect(copied.structured).toMatchObject({ aliases: { staging: 2 }, left_out: ["production"] });
    expect((await registry.getPrompt("copy")).tags).toHaveProperty("mcp.gate");
  });

  it("is no other alias", async () => {
    const { call } = await gated(correct);

    const moved = await call("set_prompt_alias", { alias: "staging", version: 2 });

    expect(moved.isError).toBe(false);
    expect(moved.structured).not.toHaveProperty("gate");
  });

  it("is every prompt, where the operator says so: both gates must hold", async () => {
    const operators = { ...correct, dataset: "{prompt}-rows" };
    const { promote, run, evaluations, production } = await gated(correct, {
      promotionGates: [operators],
    });
    await run({ version: 2, rows: answers() });
    expect((await promote()).text).toContain('the dataset "qa-rows" cannot be used');

    await run({ version: 2, rows: answers() }, await addQuestions(evaluations, "qa-rows", 20));
    const moved = await promote();
    expect(moved.structured).toMatchObject({
      gate: { evidence: [{ dataset: "questions" }, { dataset: "qa-rows" }] },
    });
    expect(await production()).toBe(2);
  });

  it("is every alias, where nobody can read the gate", async () => {
    const { promote, call, production } = await gated('{"alias": "production"}');

    const refused = await promote();
    const staging = await call("set_prompt_alias", { alias: "staging", version: 2 });

    expect(refused.text).toContain(
      'The gate of "qa" (its tag mcp.gate) cannot be read: has no criterion',
    );
    expect(refused.text).toContain("Set a correct one with update_prompt");
    expect(staging.isError).toBe(true);
    expect(await production()).toBe(1);
  });

  it("stays where nothing can be measured", async () => {
    const none = await gated({ ...correct, dataset: "missing" });
    const unknown = await gated({ ...correct, scorers: { no_such: { at_least: 1 } } });
    const wrong = await gated({
      ...correct,
      scorers: { own: { at_least: 1, scorer: { type: "no_such" } } },
    });
    const noStore = await gated(correct, { evaluations: undefined });

    expect((await none.promote()).text).toContain('the dataset "missing" cannot be used');
    expect((await unknown.promote()).text).toMatch(/the gate cannot be read: .*no_such/);
    expect((await wrong.promote()).text).toContain('The settings of the scorer "own" are wrong');
    expect((await noStore.promote()).text).toContain("this registry keeps no evaluations");
  });

  it("lets an alias go back within a day", async () => {
    const { promote, call, run, production } = await gated(correct);
    await run({ version: 2, rows: answers() });
    await promote();

    const back = await call("set_prompt_alias", { alias: "production", version: "previous" });

    expect(back.text).toContain("No evidence was needed: qa@production pointed at this version");
    expect(back.structured).toMatchObject({ gate: { passed: true, evidence: [] } });
    expect(await production()).toBe(1);
  });

  it("is not moved in read-only mode, whatever was measured", async () => {
    const { promote, run, production } = await gated(correct, { readOnly: true });
    await run({ version: 2, rows: answers() });

    await expect(promote(override)).rejects.toThrow("This server is read-only");
    expect(await production()).toBe(1);
  });

  it("is not moved to another version than the one that was measured", async () => {
    const { call, run, registry, production } = await gated(correct);
    await run({ version: 2, rows: answers() });
    const restore = { version: 2, alias: "production" };
    const register = registry.registerVersion.bind(registry);
    registry.registerVersion = async (...args) => {
      await register("qa", text("{{ question }}!"));
      return register(...args);
    };

    const refused = await call("restore_prompt_version", restore);

    expect(refused.text).toContain("Version 4 of qa was registered, but qa@production was not");
    expect(refused.text).toContain("version 4 was not measured yet");
    expect(await production()).toBe(1);
    registry.registerVersion = register;
    await call("set_prompt_alias", restore);
    expect(await production()).toBe(2);
  });

  it("is not moved when it points elsewhere than where it was compared", async () => {
    const { promote, run, registry, evaluations, production } = await gated(notWorse);
    await run({ version: 1, rows: answers() });
    await run({ version: 2, rows: answers() });
    await registry.registerVersion("qa", text("{{ question }}!"));
    const read = evaluations.resultPages.bind(evaluations);
    evaluations.resultPages = async function* (...args) {
      await registry.setAlias("qa", "production", 3);
      yield* read(...args);
    };

    const refused = await promote();

    expect(refused.isError).toBe(true);
    expect(refused.text).toContain("points at version 3");
    expect(await production()).toBe(3);
  });
});

describe("override_gate", () => {
  it("needs a reason", async () => {
    const { promote, production } = await gated(correct);

    const refused = await promote({ override_gate: true });

    expect(refused.text).toContain("override_gate needs reason");
    expect(await production()).toBe(1);
  });

  it("is asked of the person, who decides", async () => {
    const no = person("decline");
    const declined = await gated(correct, { asked: no });
    const yes = person("accept");
    const accepted = await gated(correct, { asked: yes });

    const refused = await declined.promote(override);
    const moved = await accepted.promote(override);

    expect(refused.text).toContain("the person declined version 2");
    expect(await declined.production()).toBe(1);
    expect(declined.events).toMatchObject([{ outcome: "forbidden", overrideGate: "A hotfix" }]);
    expect(moved.structured).toMatchObject({ moved: true, gate: { passed: false } });
    expect(await accepted.production()).toBe(2);
    for (const { questions } of [no, yes]) {
      expect(questions).toEqual([
        expect.stringMatching(
          /^Move qa@production from version 1 to version 2\? .*was not evaluated/,
        ),
      ]);
    }
  });

  it("is not asked of anybody where the evidence is there", async () => {
    const asked = person("decline");
    const { promote, run, production } = await gated(correct, { asked });
    await run({ version: 2, rows: answers() });

    await promote(override);

    expect(asked.questions).toEqual([]);
    expect(await production()).toBe(2);
  });

  it("is kept in the history of the alias and passed to the audit", async () => {
    const { promote, registry, call } = await gated(correct);
    const written: unknown[] = [];
    const set = registry.setAlias.bind(registry);
    registry.setAlias = (...args) => {
      written.push(args[4]?.caller?.overrideGate);
      return set(...args);
    };

    const moved = await promote(override);

    expect(moved.text).toContain("Not shown: ");
    expect(written).toEqual(["A hotfix"]);
    const listed = await call("list_prompt_versions", {});
    expect(listed.structured).toMatchObject({
      alias_history: [{ to_version: 2, override_gate: true, reason: "A hotfix" }],
    });
    expect(listed.text).toContain("with override_gate, reason: A hotfix");
  });

  it("is another permission than allow_breaking", async () => {
    const { promote, registry, call, production } = await gated(correct);
    await registry.registerVersion("qa", text("{{ question }} in {{ language }}"));
    const breaking = { alias: "production", version: 3 };

    expect((await promote({ allow_breaking: true })).isError).toBe(true);
    expect((await call("set_prompt_alias", { ...breaking, ...override })).text).toContain(
      "allow_breaking",
    );
    await call("set_prompt_alias", { ...breaking, ...override, allow_breaking: true });
    expect(await production()).toBe(3);
  });

  it("registers and moves where it is given with a new version", async () => {
    const { call, production } = await gated(correct);

    await call("register_prompt", {
      ...{ base_version: 2, template: "{{ question }}", alias: "production", ...override },
    });

    expect(await production()).toBe(3);
  });
});
