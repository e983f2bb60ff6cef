import {
  type DeclaredArguments,
  type PromptArgument,
  readDeclaration,
  type VersionText,
} from "../contract/arguments.ts";
import type { TemplateOptions } from "../template/syntax.ts";
import { subjectOf, type TemplateEngine } from "./template-engine.ts";

/**
 * Returns a version's arguments, required ones first. Each group is in order of first appearance;
 * declared arguments that the template does not use come last. Ignores a malformed declaration, which
 * `argumentsProblem` describes.
 */
export async function promptArguments(
  engine: TemplateEngine,
  version: VersionText,
  options: TemplateOptions = {},
): Promise<readonly PromptArgument[]> {
  const declared = new Map(Object.entries(readDeclaration(version.tags).declared ?? {}));
  const subject = subjectOf(version);
  const found = await engine.parameters(version.template, { ...options, subject });
  const parameters = new Map(found.map(({ name, required }) => [name, required]));
  const names = [...new Set([...parameters.keys(), ...declared.keys()])];
  const all = names.map((name) =>
    toArgument(name, parameters.get(name) ?? false, declared.get(name)),
  );
  return [...all.filter((it) => it.required), ...all.filter((it) => !it.required)];
}

/**
 * A variable that the template needs but the declaration makes optional gets the default "", so that
 * callers can leave it out.
 */
function toArgument(
  name: string,
  needed: boolean,
  declared: DeclaredArguments[string] = {},
): PromptArgument {
  const { description, enum: allowed } = declared;
  const fallback = declared.default ?? (needed && declared.required === false ? "" : undefined);
  return {
    name,
    ...(description === undefined ? {} : { description }),
    required: fallback === undefined && (declared.required ?? needed),
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(allowed === undefined ? {} : { allowed }),
  };
}
