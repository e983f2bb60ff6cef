import type { VersionText } from "../contract/arguments.ts";
import type { Contract } from "../contract/contract.ts";
import type { ContractChange } from "../contract/contract-change.ts";
import type { RegistryErrorSubject } from "../errors.ts";
import type { CodeScore } from "../evaluation/scorers/code-score.ts";
import type { CodeScorer } from "../evaluation/scorers/code-scorer.ts";
import type { CodeCase } from "../evaluation/scorers/score-with-code.ts";
import type { Opinions } from "../evaluation/statistics/agreement.ts";
import type { CompareOptions, ScorePair } from "../evaluation/statistics/compare.ts";
import type { EstimateOptions } from "../evaluation/statistics/estimate.ts";
import type { Agreement, Estimate, PairedDifference } from "../evaluation/statistics/results.ts";
import type { Review, Reviewed } from "../suggestions/review.ts";
import { fillTemplate, requireComplete } from "../template/fill.ts";
import { withPlaceholders } from "../template/given-messages.ts";
import type { GivenName, JinjaLogic } from "../template/jinja/analysis/logic.ts";
import { mlflowRenderer } from "../template/mlflow.ts";
import type { SectionNeed } from "../template/mustache/section-needs.ts";
import { parametersOf, type TemplateParameter } from "../template/parameters.ts";
import type { DiffNames } from "../template/patch.ts";
import type { TemplateReading } from "../template/reading.ts";
import type { RenderOptions } from "../template/render.ts";
import type { Rendered } from "../template/rendered.ts";
import type { Values } from "../template/renderer.ts";
import { stringsOf } from "../template/strings.ts";
import { syntaxOf, type TemplateOptions } from "../template/syntax.ts";
import type { AnswerCheck, AnswerFormat } from "../text/check-answer.ts";
import { lineEndsChange } from "../text/line-ends.ts";
import type { Passage } from "../text/nearest-passage.ts";
import type { Template } from "../types.ts";
import { corrections, type Fitness } from "./fitness.ts";
import { type Problem, toProblem, withFallback } from "./job-fallback.ts";
import type { JobKind, JobResult, TemplateJob } from "./template-job.ts";
import { TemplateMemo } from "./template-memo.ts";

/** The version a template belongs to, named in error messages. */
export type TemplateSubject = Pick<RegistryErrorSubject, "prompt" | "version">;

export function subjectOf({ name, version }: VersionText): TemplateSubject {
  return {
    ...(name === undefined ? {} : { prompt: name }),
    ...(version === undefined ? {} : { version }),
  };
}

interface AboutTemplate {
  readonly subject?: TemplateSubject;
}

/** The names that take a value, and why nobody can give one. */
export interface ReadTemplate {
  /** In order of first appearance. */
  readonly parameters: readonly TemplateParameter[];
  /** The parameters are what MLflow counts, because the template could not be parsed. */
  readonly isGuess: boolean;
  /** Why the template cannot be filled in with any values, without a period; absent when it can. */
  readonly problem?: string;
}

/**
 * Runs a job within limits of time and memory.
 * @throws RegistryError `invalid` when the job exceeds a limit, or as `runJob` does; `unavailable`
 *   when the caller's queue is full
 */
export type RunJob = <Kind extends JobKind>(
  job: TemplateJob & TemplateJob<Kind>,
  subject: TemplateSubject,
) => Promise<JobResult<Kind>>;

/** Names and allowed values of two contracts that are compared without a worker process. */
const maxInlineNames = 200;

/**
 * Parses, renders and compares templates. The author of a text decides how long that takes, so all
 * callers use an engine: it does linear-time work itself and passes everything else to `RunJob`.
 */
export class TemplateEngine {
  readonly #run: RunJob;
  readonly #memo: TemplateMemo;

  /** @param memo shared by engines that see the same templates */
  constructor(run: RunJob, memo = new TemplateMemo()) {
    this.#run = run;
    this.#memo = memo;
  }

  /**
   * Returns the names that take a value, and why the template cannot be filled in. A value is required
   * always in MLflow's syntax; never in Jinja2, where a missing value is empty; in mustache for a
   * variable outside of sections. A placeholder for messages is never required by itself.
   *
   * A template that cannot be parsed, or whose parsing exceeds a limit, has the variables that MLflow
   * counts. Exceeding a limit is no problem by itself, because it can be the machine's.
   */
  async read(
    template: Template,
    { subject = {}, ...options }: TemplateOptions & AboutTemplate = {},
  ): Promise<ReadTemplate> {
    if (template.kind === "unreadable")
      return { parameters: [], isGuess: true, problem: template.problem };
    const syntax = syntaxOf(template, options);
    if (syntax === "mlflow") {
      const variables = parametersOf(this.#memo.variables(template), true);
      return { parameters: withPlaceholders(template, variables), isGuess: false };
    }
    const memoized = this.#memo.readings[syntax];
    const job = { kind: "read", texts: stringsOf(template), syntax } as const;
    const reading =
      memoized.get(template) ??
      (await withFallback<TemplateReading, undefined>(this.#run(job, subject), () => undefined));
    if (reading) memoized.set(template, reading);
    const { parameters, problem } = reading ?? {};
    const variables =
      parameters ?? parametersOf(this.#memo.variables(template), syntax === "mustache");
    return {
      parameters: withPlaceholders(template, variables),
      isGuess: parameters === undefined,
      ...(problem === undefined ? {} : { problem }),
    };
  }

  /** Returns why nobody can fill in the template, and what looks like another language. */
  async inspect(
    template: Template,
    options: TemplateOptions & AboutTemplate = {},
  ): Promise<Fitness> {
    const { problem } = await this.read(template, options);
    const syntax = syntaxOf(template, options);
    if (problem !== undefined) {
      return { problem: `${problem}. To mend it, ${corrections[syntax]}`, hints: [] };
    }
    const { foreignHints } = await import("../template/hints.ts");
    return { hints: foreignHints(stringsOf(template), syntax) };
  }

  /** Returns what mustache needs inside of sections, or why that cannot be determined. */
  async sectionNeeds(
    template: Template,
    { subject = {} }: AboutTemplate = {},
  ): Promise<readonly SectionNeed[] | Problem> {
    const job = { kind: "sectionNeeds", texts: stringsOf(template) } as const;
    const needs = await withFallback(this.#run(job, subject), toProblem);
    return needs ?? { problem: "it is marked as mustache but is not valid mustache" };
  }

  /** Returns what Jinja2 does with its values, or why that cannot be determined. */
  jinjaLogic(
    template: Template,
    names: readonly GivenName[],
    { subject = {} }: AboutTemplate = {},
  ): Promise<JinjaLogic | Problem> {
    const job = { kind: "jinjaLogic", texts: stringsOf(template), names } as const;
    return withFallback(this.#run(job, subject), toProblem);
  }

  /**
   * Renders a template, as `renderTemplate` does.
   * @throws RegistryError `invalid` naming all variables without a value, or what fails in a Jinja2
   *   or mustache template, or for a template that exceeds a limit; `unreadable` for one that cannot
   *   be parsed
   */
  async render(
    template: Template,
    values: Values,
    { subject = {}, ...options }: RenderOptions & AboutTemplate = {},
  ): Promise<Rendered> {
    if (syntaxOf(template, options) === "mlflow") {
      const renderer = mlflowRenderer(this.#memo.variables(template), values);
      return requireComplete(fillTemplate(template, renderer, values), options);
    }
    const job = { kind: "render", template, values, options } as const;
    return requireComplete(await this.#run(job, subject), options);
  }

  /** The verdict is "unclear" when the comparison exceeds a limit. */
  async compareContracts(before: Contract, after: Contract): Promise<ContractChange> {
    const { compareContracts, uncomparable } = await import("../contract/compare-contracts.ts");
    if (countNames(before) + countNames(after) <= maxInlineNames)
      return compareContracts(before, after);
    const job = { kind: "compareContracts", before, after } as const;
    return withFallback(this.#run(job, {}), () => uncomparable);
  }

  /** Returns the passage that resembles the wanted one most. Undefined when the search exceeds a limit. */
  nearestPassage(texts: readonly string[], wanted: string): Promise<Passage | undefined> {
    const job = { kind: "nearestPassage", texts, wanted } as const;
    return withFallback(this.#run(job, {}), () => undefined);
  }

  /** Checks whether a model's answer is of the wanted form. */
  checkAnswer(text: string, format: AnswerFormat): Promise<AnswerCheck> {
    return withFallback(this.#run({ kind: "checkAnswer", text, format }, {}), toProblem);
  }

  /** Scores an answer without a model. An exceeded limit is an error of the scorer. */
  score(scorer: CodeScorer, scored: CodeCase): Promise<CodeScore> {
    return withFallback(this.#run({ kind: "score", scorer, scored }, {}), ({ message }) => ({
      error: message,
    }));
  }

  /** The mean of at least one score. */
  estimate(values: readonly number[], options: EstimateOptions): Promise<Estimate> {
    return this.#run({ kind: "estimate", values, options }, {});
  }

  /** How the scores of two versions differ on the same rows. */
  comparePairs(pairs: readonly ScorePair[], options: CompareOptions): Promise<PairedDifference> {
    return this.#run({ kind: "comparePairs", pairs, options }, {});
  }

  /** How far a judge agrees with people on at least one answer. */
  agreement(pairs: readonly Opinions[]): Promise<Agreement> {
    return this.#run({ kind: "agreement", pairs }, {});
  }

  /** What may make a prompt fail, by rules. @throws RegistryError `invalid` when it exceeds a limit */
  reviewPrompt(reviewed: Reviewed, subject: TemplateSubject): Promise<Review> {
    return this.#run({ kind: "reviewPrompt", reviewed }, subject);
  }

  /**
   * Returns a unified diff of two texts that differ, or one line if only their line ends do. When the
   * comparison exceeds a limit, the diff removes all lines of the first text and adds all of the second.
   */
  async diff(names: DiffNames, before: string, after: string): Promise<string> {
    const lineEnds = lineEndsChange(before, after);
    if (lineEnds !== undefined) return lineEnds;
    const { hasFewLines, replacement, unifiedDiff } = await import("../template/patch.ts");
    if (hasFewLines(before, after)) return unifiedDiff(names, before, after);
    const job = { kind: "diff", names, before, after } as const;
    return withFallback(this.#run(job, {}), () => replacement(names, before, after));
  }
}

/** Counts the names and allowed values, on which the time of a comparison depends. */
function countNames({ arguments: args, uncounted, needs }: Contract): number {
  return (
    uncounted.length +
    args.reduce(
      (sum, { allowed = [], aliases = [] }) => sum + 1 + allowed.length + aliases.length,
      0,
    ) +
    needs.reduce((sum, { sections }) => sum + 1 + sections.length, 0)
  );
}
