import {
  checkArgumentValues,
  type ShownName,
  strictProblems,
} from "../contract/argument-values.ts";
import { listFirst, RegistryError } from "../errors.ts";
import type { Rendered } from "../template/rendered.ts";
import type { Values } from "../template/renderer.ts";
import type { PromptVersion } from "../types.ts";
import type { ReadVersion } from "./prompt-arguments.ts";
import { subjectOf, type TemplateEngine } from "./template-engine.ts";

export interface FillOptions {
  /** `usesMustache` of the version. */
  readonly mustache: boolean;
  /** Refuses values that are not strings or have no argument, as MCP requires. MLflow accepts both. */
  readonly strict: boolean;
  /** Names arguments in errors as the caller knows them; by their own names when absent. */
  readonly shown?: ShownName;
}

/**
 * Renders a version with the given values, and with defaults for the rest.
 * @throws RegistryError `invalid` naming every missing, wrong and surplus argument, or `unreadable`
 *   for a version that nobody can fill in
 */
export async function fillPrompt(
  engine: TemplateEngine,
  version: PromptVersion,
  read: ReadVersion,
  given: Values,
  { strict, shown, ...options }: FillOptions,
): Promise<Rendered> {
  const { template } = version;
  if (read.problem !== undefined) throw unfillable(version, read.problem);
  const { problems, values } = checkArgumentValues(read, given, shown);
  const all = strict ? [...problems, ...strictProblems(template, read, given, shown)] : problems;
  if (all.length === 0)
    return engine.render(template, values, { ...options, subject: subjectOf(version) });
  throw new RegistryError(
    "invalid",
    `Prompt ${version.name} version ${version.version} cannot be filled in. ${listFirst(all, " ", 50)}`,
    { prompt: version.name, version: version.version },
  );
}

function unfillable({ name, version }: PromptVersion, problem: string): RegistryError {
  return new RegistryError(
    "unreadable",
    `Prompt ${name} version ${version} cannot be filled in with any values: ${problem}. Use another version, or register a corrected one.`,
    { prompt: name, version },
  );
}
