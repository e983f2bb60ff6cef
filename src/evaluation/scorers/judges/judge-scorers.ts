import * as z from "zod";
import type { JsonObject } from "../../../registry/json.ts";
import type { Scorer } from "../scorer.ts";
import { answerData, contextData, expectedData, wholeRow } from "./judge-data.ts";
import { type JudgePrompt, type JudgeValues, yesNo } from "./judge-prompt.ts";
import { preferenceJudge } from "./preference-judge.ts";
import { conciseness } from "./prompts/conciseness.ts";
import { correctness } from "./prompts/correctness.ts";
import { equivalence } from "./prompts/equivalence.ts";
import { faithfulness } from "./prompts/faithfulness.ts";
import { guidelines } from "./prompts/guidelines.ts";
import { ownPrompt } from "./prompts/own.ts";
import { relevance } from "./prompts/relevance.ts";
import { safety } from "./prompts/safety.ts";
import { type SingleJudge, singleJudge } from "./single-judge.ts";

const name = z.string().min(1).max(100);

/** Longer ones would not leave a judge room for the answer. */
const judgeText = z.string().trim().min(1).max(10_000);

/** Judges that have no settings. */
export const judgeNames = [
  "correctness",
  "relevance",
  "faithfulness",
  "conciseness",
  "safety",
  "equivalence",
  "preference",
] as const;

const texts = z
  .array(z.string().trim().min(1).max(100))
  .min(2)
  .max(20)
  .refine((values) => new Set(values).size === values.length, "must be different texts");

/** A scorer that asks a judge model. Without a name it has the name of its type. */
export const judgeSpec = z.discriminatedUnion("type", [
  z.strictObject({ type: z.enum(judgeNames), name: name.optional() }),
  z.strictObject({
    type: z.literal("guidelines"),
    guidelines: z
      .array(judgeText)
      .min(1)
      .max(50)
      .optional()
      .describe("Without it, each row needs guidelines in its expectations."),
    name: name.optional(),
  }),
  z.strictObject({
    type: z.literal("judge"),
    name,
    instructions: judgeText.describe(
      "What to judge by. {{ inputs }}, {{ outputs }} and {{ expectations }} name what the judge is shown.",
    ),
    values: z
      .union([texts, z.enum(["number", "yes_no"])])
      .default("yes_no")
      .describe('What the judge may say: these texts, "number" (0 to 10) or "yes_no".'),
  }),
]);

export type JudgeSpec = z.output<typeof judgeSpec>;

/** The scorer of a spec. It asks nothing until it scores. */
export function judgeScorer(spec: JudgeSpec, judgeModel: string): Scorer {
  switch (spec.type) {
    case "preference":
      return preferenceJudge(spec.name ?? spec.type, judgeModel);
    case "guidelines":
      return guidelinesJudge(spec.name ?? spec.type, spec.guidelines, judgeModel);
    case "judge":
      return ownJudge(spec.name, spec.instructions, valuesOf(spec.values), judgeModel);
    default: {
      const { name = spec.type, type } = spec;
      const identity = { name, type, settings: {}, judgeModel };
      return singleJudge({ identity, ...plainJudges[type] });
    }
  }
}

type PlainType = Exclude<JudgeSpec["type"], "preference" | "guidelines" | "judge">;

const plainJudges: Readonly<Record<PlainType, Omit<SingleJudge, "identity">>> = {
  correctness: expecting(correctness, ["expected_response", "expected_facts"]),
  equivalence: expecting(equivalence, ["expected_response"]),
  faithfulness: { prompt: faithfulness, needsOneOf: ["context"], data: contextData },
  relevance: { prompt: relevance, needsOneOf: [], data: answerData },
  conciseness: { prompt: conciseness, needsOneOf: [], data: answerData },
  safety: { prompt: safety, needsOneOf: [], data: answerData },
};

function expecting(prompt: JudgePrompt, keys: readonly string[]): Omit<SingleJudge, "identity"> {
  return { prompt, needsOneOf: keys, data: (scored) => expectedData(scored, keys) };
}

function guidelinesJudge(
  name: string,
  own: readonly string[] | undefined,
  judgeModel: string,
): Scorer {
  const type = "guidelines";
  if (own === undefined) {
    const identity = { name, type, settings: {}, judgeModel };
    return singleJudge({ identity, ...expecting(guidelines, ["guidelines"]) });
  }
  return singleJudge({
    identity: { name, type, settings: { guidelines: [...own] }, judgeModel },
    prompt: guidelines,
    needsOneOf: [],
    data: (scored) => ({ ...answerData(scored), guidelines: [...own] }),
  });
}

/** A judge by criteria in words. */
export function ownJudge(
  name: string,
  instructions: string,
  values: JudgeValues,
  judgeModel: string,
): Scorer {
  return singleJudge({
    identity: { name, type: "judge", settings: settingsOf(values), judgeModel },
    prompt: ownPrompt(instructions, values),
    needsOneOf: [],
    data: (scored) => wholeRow(scored, name, values),
  });
}

function valuesOf(values: Extract<JudgeSpec, { type: "judge" }>["values"]): JudgeValues {
  if (values === "yes_no") return yesNo;
  if (values === "number") return { kind: "number", from: 0, to: 10 };
  return { kind: "texts", texts: values };
}

function settingsOf(values: JudgeValues): JsonObject {
  return values.kind === "texts" ? { kind: "texts", texts: [...values.texts] } : { ...values };
}
