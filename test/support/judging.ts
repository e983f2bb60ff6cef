import { judgeScorer, judgeSpec } from "../../src/evaluation/scorers/judges/judge-scorers.ts";
import type { ScoredCase, Scorer } from "../../src/evaluation/scorers/scorer.ts";
import type { ModelClient } from "../../src/models/model-client.ts";
import type { Score } from "../../src/registry/evaluation/scores.ts";
import { type AskedModel, type FakeAnswer, fakeModel } from "./fake-model.ts";
import { modelsAt } from "./models.ts";
import { templates } from "./templates.ts";

export const judgeModel = "judge-1";

/** A judgement as a judge model answers it. */
export function says(value: unknown, rationale = "It is so."): string {
  return JSON.stringify({ rationale, value });
}

export interface Judging {
  readonly scorer: Scorer;
  readonly asked: readonly AskedModel[];
  readonly models: ModelClient;
  score(scored?: Partial<ScoredCase>, signal?: AbortSignal): Promise<Score>;
}

/** A scorer whose judge is a fake model that answers so. */
export async function judging(
  scorerOrSpec: Scorer | string | object,
  answer: FakeAnswer | ((asked: AskedModel, index: number) => FakeAnswer),
): Promise<Judging> {
  const model = await fakeModel(typeof answer === "function" ? answer : () => answer);
  // US dollars for a million tokens: an answer of 11 and 7 tokens costs 25.
  const prices = new Map([[judgeModel, { input: 1e6, output: 2e6 }]]);
  const { models } = modelsAt({ url: model.url, prices });
  if (models === undefined) throw new Error("There are no models.");
  const scorer = scorerOf(scorerOrSpec);
  return {
    scorer,
    models,
    asked: model.asked,
    score: (scored, signal) =>
      scorer.score(caseOf(scored), {
        templates,
        models,
        judgeModel,
        ...(signal ? { signal } : {}),
      }),
  };
}

export function caseOf(scored: Partial<ScoredCase> = {}): ScoredCase {
  return {
    inputs: { question: "Why?" },
    output: "Because.",
    expectations: {},
    latencyMs: 1,
    ...scored,
  };
}

function scorerOf(given: Scorer | string | object): Scorer {
  if (typeof given === "object" && "score" in given) return given as Scorer;
  return judgeScorer(
    judgeSpec.parse(typeof given === "string" ? { type: given } : given),
    judgeModel,
  );
}

export interface ReadRequest {
  readonly system: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly token: string;
}

/** Reads a judge's request as the system message says that it is to be read. */
export function readRequest({ body }: AskedModel): ReadRequest {
  const [system, user, ...more] = body.messages as { role: string; content: string }[];
  if (system?.role !== "system" || user?.role !== "user" || more.length > 0) {
    throw new Error("The request is not one of a judge.");
  }
  const lines = user.content.split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/);
  const [, token] = /^BEGIN DATA ([0-9a-f]{32})$/.exec(lines[0] ?? "") ?? [];
  if (token === undefined || lines.length !== 3 || lines[2] !== `END DATA ${token}`) {
    throw new Error("The data is not between its boundaries.");
  }
  return { system: system.content, token, data: JSON.parse(lines[1] ?? "") };
}
