import type { PromptArgument, VersionText } from "../contract/arguments.ts";
import type { Contract } from "../contract/contract.ts";
import type { GivenName } from "../template/jinja/analysis/logic.ts";
import { uncountedNames } from "../template/mlflow.ts";
import { syntaxOf, type TemplateOptions } from "../template/syntax.ts";
import { readVersion } from "./prompt-arguments.ts";
import { subjectOf, type TemplateEngine } from "./template-engine.ts";

/**
 * Builds the contract of a version, registered or not yet. `options.mustache` is `usesMustache` of
 * the version.
 */
export async function contractOf(
  engine: TemplateEngine,
  version: VersionText & Pick<Contract, "responseFormat" | "modelConfig">,
  options: TemplateOptions = {},
): Promise<Contract> {
  const { template, responseFormat, modelConfig } = version;
  const read = await readVersion(engine, version, options);
  const { arguments: args, objects = [], problem } = read;
  return {
    template,
    syntax: syntaxOf(template, options),
    arguments: args,
    objects,
    uncounted: uncountedNames(template),
    needs: [],
    ...(problem === undefined ? await behaviourOf(engine, version, args, options) : { problem }),
    ...(responseFormat === undefined ? {} : { responseFormat }),
    ...(modelConfig === undefined ? {} : { modelConfig }),
  };
}

/** Analyzes how the template uses values that the arguments allow. */
async function behaviourOf(
  engine: TemplateEngine,
  version: VersionText,
  args: readonly PromptArgument[],
  options: TemplateOptions,
): Promise<Partial<Pick<Contract, "needs" | "logic" | "problem">>> {
  const { template } = version;
  const about = { subject: subjectOf(version) };
  switch (syntaxOf(template, options)) {
    case "mlflow":
      return {};
    case "mustache": {
      const needs = await engine.sectionNeeds(template, about);
      return "problem" in needs ? needs : { needs };
    }
    case "jinja2": {
      const logic = await engine.jinjaLogic(template, args.map(kindOf), about);
      return "problem" in logic ? logic : { logic };
    }
  }
}

function kindOf({ name, required, default: fallback, type }: PromptArgument): GivenName {
  const isGiven = required || fallback !== undefined;
  if (type === undefined || type === "string" || type === "messages") {
    return { name, kind: isGiven ? "text" : "maybe" };
  }
  return { name, kind: type === "array" ? "items" : "any" };
}
