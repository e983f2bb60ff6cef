import type { DeclaredArguments, PromptArgument, VersionText } from "../contract/arguments.ts";
import {
  declarationProblem,
  readDeclaration,
  withoutUnusedDeclarations,
} from "../contract/declaration.ts";
import { uncountedNames } from "../template/mlflow.ts";
import type { TemplateOptions } from "../template/syntax.ts";
import type { Tags } from "../types.ts";
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
  /** What is wrong with the tag `mcp.arguments`, without a period; absent when nothing is. */
  readonly declarationProblem?: string;
}

/** Reads a version's template and its declaration. Ignores what is wrong with the declaration. */
export async function readVersion(
  engine: TemplateEngine,
  version: VersionText,
  options: TemplateOptions = {},
): Promise<ReadVersion> {
  const { template, tags } = version;
  const subject = subjectOf(version);
  const { parameters, isGuess, problem } = await engine.read(template, { ...options, subject });
  const needed = new Map(parameters.map(({ name, required }) => [name, required]));
  const { declared = {}, problem: malformed } = readDeclaration(tags);
  const used = new Set([...needed.keys(), ...usedNames(version, declared)]);
  const wrong = isGuess ? malformed : declarationProblem(tags, [...used]);
  const names = [...new Set([...needed.keys(), ...Object.keys(declared)])];
  const taken = new Set([...used, ...names]);
  const all = names.map((name) =>
    toArgument(
      { name, isUsed: used.has(name), needed: needed.get(name) ?? false },
      Object.hasOwn(declared, name) ? declared[name] : undefined,
      taken,
    ),
  );
  return {
    arguments: [...all.filter((it) => it.required), ...all.filter((it) => !it.required)],
    ...(problem === undefined ? {} : { problem }),
    ...(wrong === undefined ? {} : { declarationProblem: wrong }),
  };
}

/**
 * Returns the version's tags with a declaration of only those arguments that its template takes values
 * for. A template that cannot be parsed keeps the whole declaration.
 */
export async function withUsedDeclarations(
  engine: TemplateEngine,
  version: VersionText,
  options: TemplateOptions = {},
): Promise<Tags> {
  const { template, tags } = version;
  const { declared } = readDeclaration(tags);
  if (declared === undefined) return tags;
  const subject = subjectOf(version);
  const { parameters, isGuess } = await engine.read(template, { ...options, subject });
  if (isGuess) return tags;
  const names = [...parameters.map(({ name }) => name), ...usedNames(version, declared)];
  return withoutUnusedDeclarations(tags, names);
}

/** Lists the names that MLflow replaces without counting them. Without a declaration none matters. */
function usedNames({ template }: VersionText, declared: DeclaredArguments): readonly string[] {
  return Object.keys(declared).length === 0 ? [] : uncountedNames(template);
}

/**
 * A variable that the template needs but the declaration makes optional gets the default "", so that
 * callers can leave it out. An argument that the template does not use is never required.
 * @param taken the names that are taken; the argument's aliases are added
 */
function toArgument(
  { name, isUsed, needed }: { name: string; isUsed: boolean; needed: boolean },
  declared: DeclaredArguments[string] = {},
  taken: Set<string>,
): PromptArgument {
  const { description, enum: allowed } = declared;
  const fallback = declared.default ?? (needed && declared.required === false ? "" : undefined);
  const aliases = (declared.aliases ?? []).filter((alias) => !taken.has(alias));
  for (const alias of aliases) taken.add(alias);
  return {
    name,
    ...(description === undefined ? {} : { description }),
    required: isUsed && fallback === undefined && (declared.required ?? needed),
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(allowed === undefined ? {} : { allowed }),
    ...(aliases.length === 0 ? {} : { aliases }),
  };
}
