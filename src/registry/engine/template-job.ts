import { compareContracts } from "../contract/compare-contracts.ts";
import type { Contract } from "../contract/contract.ts";
import type { ContractChange } from "../contract/contract-change.ts";
import type { CodeScore } from "../evaluation/scorers/code-score.ts";
import type { CodeScorer } from "../evaluation/scorers/code-scorer.ts";
import { type CodeCase, scoreWithCode } from "../evaluation/scorers/score-with-code.ts";
import { agreement, type Opinions } from "../evaluation/statistics/agreement.ts";
import {
  type CompareOptions,
  comparePairs,
  type ScorePair,
} from "../evaluation/statistics/compare.ts";
import { type EstimateOptions, estimate } from "../evaluation/statistics/estimate.ts";
import type { Agreement, Estimate, PairedDifference } from "../evaluation/statistics/results.ts";
import { type Review, type Reviewed, reviewPrompt } from "../suggestions/review.ts";
import type { FillResult } from "../template/fill.ts";
import { type GivenName, type JinjaLogic, jinjaLogic } from "../template/jinja/analysis/logic.ts";
import { type SectionNeed, sectionNeeds } from "../template/mustache/section-needs.ts";
import { type DiffNames, unifiedDiff } from "../template/patch.ts";
import { readTemplate, type TemplateReading } from "../template/reading.ts";
import { type RenderOptions, renderTemplate } from "../template/render.ts";
import type { Values } from "../template/renderer.ts";
import { type AnswerCheck, type AnswerFormat, checkAnswer } from "../text/check-answer.ts";
import { nearestPassage, type Passage } from "../text/nearest-passage.ts";
import type { Template } from "../types.ts";

/**
 * Jobs whose running time depends on text that callers wrote. They are plain data, so that they can
 * be sent to a worker process.
 */
interface JobTypes {
  readonly read: {
    readonly given: { readonly texts: readonly string[]; readonly syntax: "jinja2" | "mustache" };
    readonly result: TemplateReading;
  };
  readonly jinjaLogic: {
    readonly given: { readonly texts: readonly string[]; readonly names: readonly GivenName[] };
    readonly result: JinjaLogic | { readonly problem: string };
  };
  readonly sectionNeeds: {
    readonly given: { readonly texts: readonly string[] };
    readonly result: readonly SectionNeed[] | undefined;
  };
  readonly render: {
    readonly given: {
      readonly template: Template;
      readonly values: Values;
      readonly options: RenderOptions;
    };
    readonly result: FillResult;
  };
  readonly compareContracts: {
    readonly given: { readonly before: Contract; readonly after: Contract };
    readonly result: ContractChange;
  };
  readonly nearestPassage: {
    readonly given: { readonly texts: readonly string[]; readonly wanted: string };
    readonly result: Passage | undefined;
  };
  readonly checkAnswer: {
    readonly given: { readonly text: string; readonly format: AnswerFormat };
    readonly result: AnswerCheck;
  };
  readonly score: {
    readonly given: { readonly scorer: CodeScorer; readonly scored: CodeCase };
    readonly result: CodeScore;
  };
  readonly estimate: {
    readonly given: { readonly values: readonly number[]; readonly options: EstimateOptions };
    readonly result: Estimate;
  };
  readonly comparePairs: {
    readonly given: { readonly pairs: readonly ScorePair[]; readonly options: CompareOptions };
    readonly result: PairedDifference;
  };
  readonly agreement: {
    readonly given: { readonly pairs: readonly Opinions[] };
    readonly result: Agreement;
  };
  readonly reviewPrompt: {
    readonly given: { readonly reviewed: Reviewed };
    readonly result: Review;
  };
  readonly diff: {
    readonly given: { readonly names: DiffNames; readonly before: string; readonly after: string };
    readonly result: string;
  };
}

export type JobKind = keyof JobTypes;
export type TemplateJob<Kind extends JobKind = JobKind> = {
  [K in Kind]: { readonly kind: K } & JobTypes[K]["given"];
}[Kind];
export type JobResult<Kind extends JobKind> = JobTypes[Kind]["result"];

const handlers: { readonly [K in JobKind]: (job: TemplateJob<K>) => Promise<JobResult<K>> } = {
  read: async ({ texts, syntax }) => readTemplate(texts, syntax),
  jinjaLogic: async ({ texts, names }) => jinjaLogic(texts, names),
  sectionNeeds: async ({ texts }) => sectionNeeds(texts),
  render: ({ template, values, options }) => renderTemplate(template, values, options),
  compareContracts: async ({ before, after }) => compareContracts(before, after),
  nearestPassage: async ({ texts, wanted }) => nearestPassage(texts, wanted),
  checkAnswer: async ({ text, format }) => checkAnswer(text, format),
  score: async ({ scorer, scored }) => scoreWithCode(scorer, scored),
  estimate: async ({ values, options }) => estimate(values, options),
  comparePairs: async ({ pairs, options }) => comparePairs(pairs, options),
  agreement: async ({ pairs }) => agreement(pairs),
  reviewPrompt: async ({ reviewed }) => reviewPrompt(reviewed),
  diff: async ({ names, before, after }) => unifiedDiff(names, before, after),
};

/** Runs a job in this thread, without a time limit. @throws RegistryError as the job does */
export function runJob<Kind extends JobKind>(
  job: TemplateJob & TemplateJob<Kind>,
): Promise<JobResult<Kind>> {
  const handler: (job: TemplateJob<Kind>) => Promise<JobResult<Kind>> = handlers[job.kind];
  return handler(job);
}
