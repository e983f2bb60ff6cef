import type { TemplateEngine } from "../engine/template-engine.ts";
import type { JsonValue } from "../json.ts";
import type { JinjaLogic } from "../template/jinja/analysis/logic.ts";
import { uncountedNames } from "../template/mlflow.ts";
import type { SectionNeed } from "../template/mustache/section-needs.ts";
import { syntaxOf, type TemplateOptions } from "../template/syntax.ts";
import type { Template } from "../types.ts";
import { type PromptArgument, promptArguments, subjectOf, type VersionText } from "./arguments.ts";

/**
 * What a version and its callers agree on: which values fill it in (as `prompts/get` does, by
 * `fillPrompt` with `strict`), and the form of what comes of it.
 */
export interface Contract {
  /** The wording; its kind, text or chat, is part of the contract. */
  readonly template: Template;
  /** Required ones first. */
  readonly arguments: readonly PromptArgument[];
  /** Names that are taken and not offered as arguments. */
  readonly uncounted: readonly string[];
  /** What mustache needs besides its required arguments; empty in other syntaxes. */
  readonly needs: readonly SectionNeed[];
  /** What Jinja2 does with the values; absent in other syntaxes. */
  readonly logic?: JinjaLogic;
  /** Why no values can fill the version in; absent when some can. */
  readonly problem?: string;
  /** The JSON schema of the answer; absent when there is none. */
  readonly responseFormat?: JsonValue;
}

/**
 * The contract of a version, or of one that is about to be registered. `options.mustache` is
 * `usesMustache` of the version.
 */
export async function contractOf(
  engine: TemplateEngine,
  version: VersionText & { readonly responseFormat?: JsonValue },
  options: TemplateOptions = {},
): Promise<Contract> {
  const { template, responseFormat } = version;
  const args = await promptArguments(engine, version, options);
  return {
    template,
    arguments: args,
    uncounted: uncountedNames(template),
    needs: [],
    ...(await behaviourOf(engine, version, args, options)),
    ...(responseFormat === undefined ? {} : { responseFormat }),
  };
}

/** What the arguments do not say: how the template deals with values that they let pass. */
async function behaviourOf(
  engine: TemplateEngine,
  version: VersionText,
  args: readonly PromptArgument[],
  options: TemplateOptions,
): Promise<Partial<Pick<Contract, "needs" | "logic" | "problem">>> {
  const { template } = version;
  if (template.kind === "unreadable") return { problem: template.problem };
  const about = { subject: subjectOf(version) };
  switch (syntaxOf(template, options)) {
    case "mlflow":
      return {};
    case "mustache": {
      const needs = await engine.sectionNeeds(template, about);
      return "problem" in needs ? needs : { needs };
    }
    case "jinja2": {
      const given = args.filter((it) => it.required || it.default !== undefined);
      const names = given.map(({ name }) => name);
      const logic = await engine.jinjaLogic(template, names, about);
      return "problem" in logic ? logic : { logic };
    }
  }
}
