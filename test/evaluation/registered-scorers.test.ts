import { describe, expect, it } from "vitest";
import { resolveScorers } from "../../src/evaluation/scorers/resolve-scorers.ts";

/** What MLflow 3.17 serializes. */
function registered(fields: object) {
  const serialized = {
    name: "polite",
    aggregations: [],
    is_session_level_scorer: false,
    mlflow_version: "3.17.2",
    serialization_version: 1,
    builtin_scorer_class: null,
    ...fields,
  };
  return [{ name: "polite", serialized: JSON.stringify(serialized) }];
}

const resolve = (fields: object, judgeModel = "judge") =>
  resolveScorers(["polite"], registered(fields), { judgeModel })[0];

const instructions = (text: string) => ({
  instructions_judge_pydantic_data: {
    instructions: text,
    model: "gateway:/ep",
    feedback_value_type: { type: "string", enum: ["yes", "no"], title: "Result" },
  },
});

describe("a scorer that is registered in MLflow", () => {
  it("is a judge with its own instructions, whose digest has them and the model", () => {
    const polite = resolve(instructions("Is {{ outputs }} polite?"));

    expect(polite).toMatchObject({ name: "polite", isBinary: true, judgeCalls: 1 });
    expect(resolve(instructions("Is {{ outputs }} polite?"))?.digest).toBe(polite?.digest);
    expect(resolve(instructions("Is {{ outputs }} rude?"))?.digest).not.toBe(polite?.digest);
    expect(resolve(instructions("Is {{ outputs }} polite?"), "other")?.digest).not.toBe(
      polite?.digest,
    );
  });

  it("is our own judge for a built-in one of MLflow", () => {
    expect(resolve({ builtin_scorer_class: "Correctness" })).toMatchObject({
      name: "polite",
      needsOneOf: ["expected_response", "expected_facts"],
    });
  });

  it.each([
    [{ call_source: "return True" }, "it is Python code"],
    [{ is_session_level_scorer: true }, "it judges sessions"],
    [{ builtin_scorer_class: "RegexMatch" }, '{"type": "regex", "pattern"}'],
    [instructions("Is {{ trace }} fine?"), "its instructions need {{ trace }}"],
  ])("is refused with a reason where it cannot be run here: %j", (fields, reason) => {
    expect(() => resolve(fields)).toThrow(reason);
  });

  it("is refused where it cannot be read, or is none", () => {
    const unreadable = [{ name: "polite", serialized: "{" }];
    const options = { judgeModel: "judge" };

    expect(() => resolveScorers(["polite"], unreadable, options)).toThrow("cannot be read");
    expect(() => resolveScorers(["rude"], unreadable, options)).toThrow('no scorer "rude"');
  });
});
