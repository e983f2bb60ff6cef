import { argumentOf } from "../contract/argument-of.ts";
import type { Takers } from "../contract/argument-values.ts";
import type { DeclaredArguments, PromptArgument, VersionText } from "../contract/arguments.ts";
import {
  declarationProblem,
  readDeclaration,
  withoutUnusedDeclarations,
} from "../contract/declaration.ts";
import { uncountedNames } from "../template/mlflow.ts";
import type { TemplateParameter } from "../template/parameters.ts";
import { syntaxOf, type TemplateOptions } from "../template/syntax.ts";
import type { Tags } from "../types.ts";
import { subjectOf, type TemplateEngine } from "./template-engine.ts";

/** A version's arguments, and why nobody can give them. */
export interface ReadVersion extends Takers {
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
  const objects = syntaxOf(template, options) === "mustache" ? objectsOf(parameters) : [];
  const needed = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  const { declared = {}, problem: malformed } = readDeclaration(tags);
  const used = new Set([...needed.keys(), ...objects, ...usedNames(version, declared)]);
  const inferred = [...parameters, ...objects.filter((name) => !needed.has(name)).map(toObject)];
  const wrong = isGuess ? malformed : declarationProblem(tags, [...used], inferred);
  const names = [...new Set([...needed.keys(), ...Object.keys(declared)])];
  const taken = new Set([...used, ...names]);
  const types = new Map(inferred.map((parameter) => [parameter.name, parameter]));
  const all = names.map((name) =>
    argumentOf(
      types.get(name) ?? { name, required: false },
      used.has(name),
      Object.hasOwn(declared, name) ? declared[name] : undefined,
      taken,
    ),
  );
  return {
    arguments: [...all.filter((it) => it.required), ...all.filter((it) => !it.required)],
    ...(objects.length === 0 ? {} : { objects }),
    ...(problem === undefined ? {} : { problem }),
    ...(wrong === undefined ? {} : { declarationProblem: wrong }),
  };
}

/** Lists the names whose members a mustache template reads: `user`, for `user.name`. */
function objectsOf(parameters: readonly TemplateParameter[]): readonly string[] {
  const dotted = parameters.filter(({ name }) => /^[^.]+\../.test(name));
  return [...new Set(dotted.map(({ name }) => name.slice(0, name.indexOf("."))))];
}

function toObject(name: string): TemplateParameter {
  return { name, required: false, type: "object" };
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
  const objects = syntaxOf(template, options) === "mustache" ? objectsOf(parameters) : [];
  const taken = parameters.map(({ name }) => name);
  const names = [...taken, ...objects, ...usedNames(version, declared)];
  return withoutUnusedDeclarations(tags, names);
}

/** Lists the names that MLflow replaces without counting them. Without a declaration none matters. */
function usedNames({ template }: VersionText, declared: DeclaredArguments): readonly string[] {
  return Object.keys(declared).length === 0 ? [] : uncountedNames(template);
}
