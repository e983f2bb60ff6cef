import * as z from "zod";
import { quote, RegistryError } from "../../registry/errors.ts";
import { readJson } from "../../registry/read-json.ts";
import { type JudgeValues, yesNo } from "./judges/judge-prompt.ts";
import { type JudgeSpec, judgeScorer, ownJudge } from "./judges/judge-scorers.ts";
import type { Scorer } from "./scorer.ts";

/** A scorer of MLflow's: its JSON, not checked. */
export interface RegisteredScorer {
  readonly name: string;
  readonly serialized: string;
}

/** A scorer as MLflow 3.8 to 3.18 serializes it, as far as it is used. */
const serializedScorer = z.object({
  is_session_level_scorer: z.boolean().nullish(),
  builtin_scorer_class: z.string().nullish(),
  builtin_scorer_pydantic_data: z
    .object({ guidelines: z.union([z.string(), z.array(z.string())]).nullish() })
    .nullish(),
  instructions_judge_pydantic_data: z
    .object({
      instructions: z.string().min(1),
      /** A JSON schema. Absent before MLflow 3.9 for yes and no as texts. */
      feedback_value_type: z
        .object({ type: z.string().optional(), enum: z.array(z.string()).min(1).optional() })
        .nullish(),
    })
    .nullish(),
  call_source: z.string().nullish(),
  third_party_scorer_data: z.unknown().optional(),
});

type SerializedScorer = z.output<typeof serializedScorer>;

/** MLflow's scorers for which we have our own judges. */
const builtIns: ReadonlyMap<string, JudgeSpec["type"] & Exclude<JudgeSpec["type"], "judge">> =
  new Map([
    ["Correctness", "correctness"],
    ["Equivalence", "equivalence"],
    ["ExpectationsGuidelines", "guidelines"],
    ["Guidelines", "guidelines"],
    ["RelevanceToQuery", "relevance"],
    ["Safety", "safety"],
  ] as const);

/**
 * A scorer that is registered in MLflow, under its name there. It asks `judgeModel`, with our prompts for
 * MLflow's built-in judges, and with its own instructions when it has some.
 * @throws RegistryError `invalid` for one that cannot be run here, and `unreadable` for what is no scorer
 */
export function registeredScorer(registered: RegisteredScorer, judgeModel: string): Scorer {
  const { name } = registered;
  const serialized = read(registered);
  if (serialized.is_session_level_scorer) {
    throw unsupported(name, "it judges sessions", "a scorer of single answers");
  }
  const judge = serialized.instructions_judge_pydantic_data;
  if (judge) {
    const instructions = readable(name, judge.instructions);
    return ownJudge(name, instructions, valuesOf(name, judge.feedback_value_type), judgeModel);
  }
  return builtInScorer(name, serialized, judgeModel);
}

function read({ name, serialized }: RegisteredScorer): SerializedScorer {
  try {
    return serializedScorer.parse(readJson(serialized));
  } catch (cause) {
    throw new RegistryError(
      "unreadable",
      `The scorer ${quote(name)} that is registered in MLflow cannot be read. Register it again, or use another scorer.`,
      {},
      { cause },
    );
  }
}

/** A judge of traces or conversations needs what an answer alone does not have. */
function readable(name: string, instructions: string): string {
  const [, variable] = /\{\{\s*(trace|conversation)\s*\}\}/.exec(instructions) ?? [];
  if (variable === undefined) return instructions;
  throw unsupported(
    name,
    `its instructions need {{ ${variable} }}`,
    'a judge whose instructions use {{ inputs }}, {{ outputs }} and {{ expectations }}: {"type": "judge", "name", "instructions"}',
  );
}

type FeedbackType = NonNullable<
  SerializedScorer["instructions_judge_pydantic_data"]
>["feedback_value_type"];

function valuesOf(name: string, type: FeedbackType): JudgeValues {
  if (!type) return { kind: "text" };
  if (type.enum) {
    const isYesNo = type.enum.length === 2 && type.enum.includes("yes") && type.enum.includes("no");
    return isYesNo ? yesNo : { kind: "texts", texts: type.enum };
  }
  switch (type.type) {
    case "boolean":
      return yesNo;
    case "number":
      return { kind: "number" };
    case "integer":
      return { kind: "number", isWhole: true };
    case "string":
      return { kind: "text" };
    default:
      throw unsupported(
        name,
        "its judge answers with lists or objects",
        'a judge of one value: {"type": "judge", "name", "instructions", "values"}',
      );
  }
}

function builtInScorer(name: string, serialized: SerializedScorer, judgeModel: string): Scorer {
  const { builtin_scorer_class: builtIn, builtin_scorer_pydantic_data: settings } = serialized;
  if (!builtIn) throw unsupported(name, codeReason(serialized), "one of this server's scorers");
  const type = builtIns.get(builtIn);
  if (type === undefined) {
    throw unsupported(
      name,
      `MLflow's ${builtIn} is not one of the scorers that are run here`,
      instead(builtIn),
    );
  }
  if (builtIn !== "Guidelines") return judgeScorer({ type, name }, judgeModel);
  const guidelines = settings?.guidelines ?? [];
  const own = typeof guidelines === "string" ? [guidelines] : guidelines;
  if (own.length === 0) throw unsupported(name, "it has no guidelines", '"guidelines"');
  return judgeScorer({ type: "guidelines", name, guidelines: own }, judgeModel);
}

function codeReason({ call_source, third_party_scorer_data }: SerializedScorer): string {
  if (call_source) return "it is Python code";
  return third_party_scorer_data ? "it needs a Python package" : "it is of an unknown kind";
}

function instead(builtIn: string): string {
  switch (builtIn) {
    case "RegexMatch":
      return '{"type": "regex", "pattern"}';
    case "ResponseLength":
      return '{"type": "length"}';
    case "RetrievalGroundedness":
      return '"faithfulness"';
    default:
      return 'a judge in words: {"type": "judge", "name", "instructions"}';
  }
}

function unsupported(name: string, why: string, use: string): RegistryError {
  return new RegistryError(
    "invalid",
    `Nothing was evaluated: the scorer ${quote(name)} of MLflow cannot be run here, because ${why}. Use ${use} instead, or evaluate with it in Python.`,
  );
}
