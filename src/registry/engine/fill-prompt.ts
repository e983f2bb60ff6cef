import { checkArgumentValues, type PromptArgument, strictProblems } from "../contract/arguments.ts";
import { listFirst, RegistryError } from "../errors.ts";
import type { Rendered } from "../template/rendered.ts";
import type { Values } from "../template/renderer.ts";
import type { PromptVersion } from "../types.ts";
import { subjectOf, type TemplateEngine } from "./template-engine.ts";

export interface FillOptions {
  /** The version opted in to mustache sections. */
  readonly mustache: boolean;
  /** Refuses what is no text or has no argument, as MCP wants it; MLflow does not mind either. */
  readonly strict: boolean;
}

/**
 * Fills in a version, whose arguments are `args`, with the values given, defaults put in where there
 * is none.
 * @throws RegistryError `invalid` naming every missing, wrong and surplus argument at once, or
 *   `unreadable` when the template is
 */
export async function fillPrompt(
  engine: TemplateEngine,
  version: PromptVersion,
  args: readonly PromptArgument[],
  given: Values,
  { strict, ...options }: FillOptions,
): Promise<Rendered> {
  const { template } = version;
  const { problems, values } = checkArgumentValues(args, given);
  const all = strict ? [...problems, ...strictProblems(template, args, given)] : problems;
  if (all.length === 0 || template.kind === "unreadable") {
    const subject = subjectOf(version);
    return engine.render(template, values, { ...options, subject });
  }
  throw new RegistryError(
    "invalid",
    `Prompt ${version.name} version ${version.version} cannot be filled in. ${listFirst(all, " ", 50)}`,
    { prompt: version.name, version: version.version },
  );
}
