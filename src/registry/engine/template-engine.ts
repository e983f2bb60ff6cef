import type { VersionText } from "../contract/arguments.ts";
import type { Contract } from "../contract/contract.ts";
import type { ContractChange } from "../contract/contract-change.ts";
import { RegistryError, type RegistryErrorSubject } from "../errors.ts";
import { complete, fillTemplate } from "../template/fill.ts";
import type { JinjaLogic } from "../template/jinja/analysis/logic.ts";
import { memoize } from "../template/memoize.ts";
import { mlflowRenderer, variablesOf } from "../template/mlflow.ts";
import type { SectionNeed } from "../template/mustache/section-needs.ts";
import { parametersOf, type TemplateParameter } from "../template/parameters.ts";
import type { DiffNames } from "../template/patch.ts";
import type { RenderOptions } from "../template/render.ts";
import type { Rendered } from "../template/rendered.ts";
import type { Values } from "../template/renderer.ts";
import { stringsOf } from "../template/strings.ts";
import { syntaxOf, type TemplateOptions } from "../template/syntax.ts";
import type { Template } from "../types.ts";
import type { Work, WorkKind, WorkResult } from "./work.ts";

/** What a template belongs to, for the message of a failure. */
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

export interface Problem {
  readonly problem: string;
}

/**
 * Does what can take long.
 * @throws RegistryError `invalid` when it takes more than it may, or as `perform` does;
 *   `unavailable` when there is too much to do
 */
export type RunWork = <Kind extends WorkKind>(
  work: Work & Work<Kind>,
  subject: TemplateSubject,
) => Promise<WorkResult<Kind>>;

/** Lines of both texts together that are compared at once. */
const fewLines = 200;

/** Names, and values that are allowed for them, of both contracts that are compared at once. */
const fewNames = 200;

/**
 * All that is worked out from the text of templates. How long that takes is decided by who wrote
 * the text, so this is the only way to it: an engine answers at once what takes no longer than
 * reading the text, and has a `RunWork` do the rest.
 */
export class TemplateEngine {
  readonly #run: RunWork;
  readonly #variables: typeof variablesOf;

  /** @param variables MLflow's count of a template's, shared where engines share templates */
  constructor(run: RunWork, variables: typeof variablesOf = memoize(variablesOf)) {
    this.#run = run;
    this.#variables = variables;
  }

  /**
   * The names that a person must or may give, in order of first appearance. A value is needed
   * always in MLflow's syntax; never in Jinja2, where a missing one is empty; in mustache for a
   * variable that is in no section.
   *
   * A template that is broken, or takes too long to read, has the variables MLflow would count in
   * it, so that it can be listed.
   */
  async parameters(
    template: Template,
    { subject = {}, ...options }: TemplateOptions & AboutTemplate = {},
  ): Promise<readonly TemplateParameter[]> {
    if (template.kind === "unreadable") return [];
    const syntax = syntaxOf(template, options);
    if (syntax === "mlflow") return parametersOf(this.#variables(template), true);
    const texts = stringsOf(template);
    if (syntax === "jinja2") {
      const work = { kind: "jinjaVariables", texts } as const;
      const names = await orGivenUp(this.#run(work, subject), () => undefined);
      return parametersOf(names ?? this.#variables(template), false);
    }
    const work = { kind: "mustacheParameters", texts } as const;
    const found = await orGivenUp(this.#run(work, subject), () => undefined);
    return found ?? parametersOf(this.#variables(template), true);
  }

  /** What mustache needs inside of sections, or why that cannot be told. */
  async sectionNeeds(
    template: Template,
    { subject = {} }: AboutTemplate = {},
  ): Promise<readonly SectionNeed[] | Problem> {
    const work = { kind: "sectionNeeds", texts: stringsOf(template) } as const;
    const needs = await orGivenUp(this.#run(work, subject), asProblem);
    return needs ?? { problem: "it is marked as mustache and is none" };
  }

  /**
   * What Jinja2 does with its values, or why that cannot be told.
   * @param names those that surely have a value
   */
  jinjaLogic(
    template: Template,
    names: readonly string[],
    { subject = {} }: AboutTemplate = {},
  ): Promise<JinjaLogic | Problem> {
    const work = { kind: "jinjaLogic", texts: stringsOf(template), names } as const;
    return orGivenUp(this.#run(work, subject), asProblem);
  }

  /**
   * Fills a template in, as `renderTemplate` does.
   * @throws RegistryError `invalid` naming all the variables without a value, or what fails in a
   *   Jinja2 or mustache template, or for a template that takes too much; `unreadable` for one that
   *   cannot be understood
   */
  async render(
    template: Template,
    values: Values,
    { subject = {}, ...options }: RenderOptions & AboutTemplate = {},
  ): Promise<Rendered> {
    if (syntaxOf(template, options) === "mlflow") {
      const renderer = mlflowRenderer(this.#variables(template), values);
      return complete(fillTemplate(template, renderer), options);
    }
    const work = { kind: "render", template, values, options } as const;
    return complete(await this.#run(work, subject), options);
  }

  /** What a version means for callers of the version before it; unclear where that takes too long. */
  async compareContracts(before: Contract, after: Contract): Promise<ContractChange> {
    const { compareContracts, uncomparable } = await import("../contract/compare-contracts.ts");
    if (sizeOf(before) + sizeOf(after) <= fewNames) return compareContracts(before, after);
    const work = { kind: "compareContracts", before, after } as const;
    return orGivenUp(this.#run(work, {}), () => uncomparable);
  }

  /**
   * A unified diff of two texts that differ. Where the shortest one takes too long to find, it
   * replaces all of the one by all of the other.
   */
  async diff(names: DiffNames, before: string, after: string): Promise<string> {
    const { replacement, unifiedDiff } = await import("../template/patch.ts");
    if (hasFewLines(before, after)) return unifiedDiff(names, before, after);
    const work = { kind: "diff", names, before, after } as const;
    return orGivenUp(this.#run(work, {}), () => replacement(names, before, after));
  }
}

/** What takes the place of a result that took more than it may. */
async function orGivenUp<Result, Instead>(
  running: Promise<Result>,
  instead: (error: RegistryError) => Instead,
): Promise<Result | Instead> {
  try {
    return await running;
  } catch (error) {
    if (error instanceof RegistryError && error.kind === "invalid") return instead(error);
    throw error;
  }
}

function asProblem({ message }: RegistryError): Problem {
  return { problem: message };
}

/** What a comparison looks at again and again. */
function sizeOf({ arguments: args, uncounted, needs }: Contract): number {
  return (
    uncounted.length +
    args.reduce((sum, { allowed = [] }) => sum + 1 + allowed.length, 0) +
    needs.reduce((sum, { sections }) => sum + 1 + sections.length, 0)
  );
}

function hasFewLines(before: string, after: string): boolean {
  let lines = 0;
  for (const text of [before, after]) {
    for (let at = 0; at !== -1; at = text.indexOf("\n", at + 1)) {
      lines += 1;
      if (lines > fewLines) return false;
    }
  }
  return true;
}
