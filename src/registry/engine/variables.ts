import type { PromptVersion, Tags } from "../types.ts";
import { isMustache } from "../versions/template-format.ts";
import { type ReadTemplate, subjectOf, type TemplateEngine } from "./template-engine.ts";

/** What a list says about a version's template. */
export interface ListedTemplate extends Pick<ReadTemplate, "problem"> {
  /** The names that take a value, in order of first appearance. */
  readonly variables: readonly string[];
}

/** @param promptTags the tags of the version's prompt */
export async function listVariables(
  engine: TemplateEngine,
  version: PromptVersion,
  promptTags: Tags,
): Promise<ListedTemplate> {
  const { parameters, problem } = await engine.read(version.template, {
    mustache: isMustache(version, promptTags),
    subject: subjectOf(version),
  });
  const variables = parameters.map(({ name }) => name);
  return { variables, ...(problem === undefined ? {} : { problem }) };
}
