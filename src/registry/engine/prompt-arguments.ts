import {
  type DeclaredArguments,
  type PromptArgument,
  readDeclaration,
  type VersionText,
} from "../contract/arguments.ts";
import type { TemplateOptions } from "../template/syntax.ts";
import { subjectOf, type TemplateEngine } from "./template-engine.ts";

/** A version's arguments, and why nobody can give them. */
export interface ReadVersion {
  /**
   * Required ones first. Each group is in order of first appearance; declared arguments that the
   * template does not use come last.
   */
  readonly arguments: readonly PromptArgument[];
  /** Why the version cannot be filled in with any values, without a period; absent when it can. */
  readonly problem?: string;
}

/**
 * Reads a version's template and its declaration. Ignores a malformed declaration, which
 * `argumentsProblem` describes.
 */
export async function readVersion(
  engine: TemplateEngine,
  version: VersionText,
  options: TemplateOptions = {},
): Promise<ReadVersion> {
  const declared = new Map(Object.entries(readDeclaration(version.tags).declared ?? {}));
  const subject = subjectOf(version);
  const { parameters, ...rest } = await engine.read(version.template, { ...options, subject });
  const needed = new Map(parameters.map(({ name, required }) => [name, required]));
  const names = [...new Set([...needed.keys(), ...declared.keys()])];
  const all = names.map((name) => toArgument(name, needed.get(name) ?? false, declared.get(name)));
  return {
    ...rest,
    arguments: [...all.filter((it) => it.required), ...all.filter((it) => !it.required)],
  };
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
