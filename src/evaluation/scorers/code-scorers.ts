import type { CodeScorer } from "../../registry/evaluation/scorers/code-scorer.ts";
import { jsonObject } from "../../registry/json.ts";
import { digestOf } from "../digest.ts";
import type { Direction, Scorer } from "./scorer.ts";

interface Traits {
  readonly direction: Direction;
  readonly isBinary: boolean;
}

const yesOrNo: Traits = { direction: "higher", isBinary: true };
const share: Traits = { direction: "higher", isBinary: false };
const amount: Traits = { direction: "lower", isBinary: false };

const traits: Readonly<Record<CodeScorer["type"], Traits>> = {
  exact_match: yesOrNo,
  contains: yesOrNo,
  regex: yesOrNo,
  json_schema: yesOrNo,
  json_fields: share,
  numeric: yesOrNo,
  length: yesOrNo,
  latency: amount,
  cost: amount,
  similarity: share,
};

/** A scorer that asks no model. */
export function codeScorerOf(settings: CodeScorer): Scorer {
  const { type, name = type } = settings;
  return {
    name,
    digest: digestOf(jsonObject.parse({ ...settings, name })),
    ...traits[type],
    judgeCalls: 0,
    isPairwise: false,
    needsOneOf: needsOf(settings),
    score: async ({ output, expectations, latencyMs, usd }, { templates }) => ({
      scorer: name,
      ...(await templates.score(settings, {
        output,
        expectations,
        latencyMs,
        ...(usd === undefined ? {} : { usd }),
      })),
    }),
  };
}

function needsOf(settings: CodeScorer): readonly string[] {
  switch (settings.type) {
    case "exact_match":
    case "json_fields":
    case "numeric":
    case "similarity":
      return ["expected_response"];
    case "contains":
      return settings.text === undefined ? ["contains"] : [];
    default:
      return [];
  }
}
