import { checkArgumentValues, promptArguments, surplusProblem } from "./arguments.ts";
import { RegistryError } from "./errors.ts";
import { renderTemplate } from "./template/render.ts";
import type { Rendered } from "./template/rendered.ts";
import type { Values } from "./template/renderer.ts";
import type { PromptVersion } from "./types.ts";

export interface FillOptions {
  /** The version opted in to mustache sections. */
  readonly mustache: boolean;
  /** What becomes of a value that the prompt has no argument for. MLflow ignores it. */
  readonly surplus: "refused" | "ignored";
}

/**
 * Fills in a version with the values given, defaults put in where there is none.
 * @throws RegistryError `invalid` naming every missing, wrong and surplus argument at once, or
 *   `unreadable` when the template is
 */
export async function fillPrompt(
  version: PromptVersion,
  given: Values,
  { mustache, surplus }: FillOptions,
): Promise<Rendered> {
  const { template } = version;
  const args = await promptArguments(version, { mustache });
  const { problems, values } = checkArgumentValues(args, given);
  const extra = surplus === "refused" ? surplusProblem(template, args, given) : undefined;
  const all = extra === undefined ? problems : [...problems, extra];
  if (all.length === 0 || template.kind === "unreadable") {
    return renderTemplate(template, values, { mustache });
  }
  throw new RegistryError(
    "invalid",
    `Prompt ${version.name} version ${version.version} cannot be filled in. ${all.join(" ")}`,
    { prompt: version.name, version: version.version },
  );
}
