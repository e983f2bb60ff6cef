import { checkArgumentValues, promptArguments } from "./arguments.ts";
import { RegistryError } from "./errors.ts";
import { renderTemplate } from "./template/render.ts";
import type { Rendered } from "./template/rendered.ts";
import type { Values } from "./template/renderer.ts";
import type { PromptVersion } from "./types.ts";

/**
 * Fills in a version with the values given, defaults put in where there is none.
 * @throws RegistryError `invalid` naming every missing, wrong and extra argument at once, or
 *   `unreadable` when the template is
 */
export async function fillPrompt(
  version: PromptVersion,
  mustache: boolean,
  given: Values,
): Promise<Rendered> {
  const args = await promptArguments(version, { mustache });
  const { problems, values } = checkArgumentValues(args, given);
  if (problems.length === 0 || version.template.kind === "unreadable") {
    return renderTemplate(version.template, values, { mustache });
  }
  throw new RegistryError(
    "invalid",
    `Prompt ${version.name} version ${version.version} cannot be filled in. ${problems.join(" ")}`,
    { prompt: version.name, version: version.version },
  );
}
