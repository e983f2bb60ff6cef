import * as z from "zod";
import type { Completion } from "../../../models/model-client.ts";
import { quote } from "../../../registry/errors.ts";
import type { ScoreValue } from "../../../registry/evaluation/scores.ts";
import { readJson } from "../../../registry/read-json.ts";
import type { JudgeValues } from "./judge-prompt.ts";

export interface Judgement {
  readonly value: ScoreValue;
  readonly rationale: string;
}

/**
 * Reads a judge's answer: the JSON object alone, or in one fenced block. Nothing is guessed from other
 * text: an answer that quotes what it judges would be read wrong.
 * @returns the judgement, or what is wrong with the answer as the end of a sentence
 */
export function readJudgement(
  { text, refusal, finishReason }: Completion,
  values: JudgeValues,
): Judgement | { readonly problem: string } {
  if (refusal !== undefined) return { problem: `it refused: ${quote(refusal)}` };
  if (finishReason === "length") return { problem: "its answer was cut off at the token limit" };
  if (finishReason === "content_filter") {
    return { problem: "the provider's content filter stopped its answer" };
  }
  if (text.trim() === "") return { problem: "its answer is empty" };
  const answered = jsonOf(text);
  if (answered === undefined) {
    return { problem: `its answer is not one JSON object: ${quote(text)}` };
  }
  const parsed = z
    .strictObject({ rationale: z.string(), value: valueSchema(values) })
    .safeParse(answered.json);
  return parsed.success
    ? parsed.data
    : { problem: `its answer lacks a rationale or an allowed value: ${quote(text)}` };
}

function jsonOf(text: string): { readonly json: unknown } | undefined {
  const trimmed = text.trim();
  const fenced = /^```(?:json)?\r?\n(.*)\n```$/is.exec(trimmed);
  try {
    return { json: readJson(fenced?.[1] ?? trimmed) };
  } catch {
    // Not JSON, which the caller reports.
    return undefined;
  }
}

function valueSchema(values: JudgeValues): z.ZodType<ScoreValue> {
  switch (values.kind) {
    case "yes_no":
      return z.enum(["yes", "no"]).transform((said) => said === "yes");
    case "texts":
      return z.enum([...values.texts]);
    case "number":
      return numberSchema(values);
    case "text":
      return z.string().min(1);
  }
}

function numberSchema({ from, to, isWhole }: Extract<JudgeValues, { kind: "number" }>) {
  return z
    .number()
    .min(from ?? -Number.MAX_VALUE)
    .max(to ?? Number.MAX_VALUE)
    .refine((number) => !isWhole || Number.isInteger(number));
}
