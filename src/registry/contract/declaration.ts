import type * as z from "zod";
import { listFirst, quote } from "../errors.ts";
import { type JsonValue, parseJson, stringifyJson } from "../json.ts";
import type { TemplateParameter } from "../template/parameters.ts";
import { findClosestNames } from "../text/closest-names.ts";
import type { Tags } from "../types.ts";
import {
  argumentsTag,
  type DeclaredArguments,
  declaredArgument,
  declaredArguments,
} from "./arguments.ts";
import { readValue } from "./value-types.ts";

/** Problems that one message names. */
const mostProblems = 10;

/** Reads the tag `mcp.arguments`. The result is empty when the tag is absent. */
export function readDeclaration(tags: Tags): { declared?: DeclaredArguments; problem?: string } {
  const text = tags[argumentsTag];
  if (text === undefined) return {};
  let json: JsonValue;
  try {
    json = parseJson(text);
  } catch {
    return { problem: "it is not JSON" };
  }
  const result = declaredArguments.safeParse(json);
  if (result.success) return { declared: result.data };
  return { problem: listFirst(result.error.issues.map(describeIssue), "; ", mostProblems) };
}

/**
 * Describes what is wrong with the tag `mcp.arguments`, without a period; undefined when it is valid
 * or absent.
 * @param names the names that the version's template takes values for
 * @param parameters those of them whose types the template shows
 */
export function declarationProblem(
  tags: Tags,
  names: readonly string[],
  parameters: readonly TemplateParameter[] = [],
): string | undefined {
  const { declared, problem } = readDeclaration(tags);
  if (declared === undefined) return problem;
  const problems = [
    ...unknownNames(declared, names),
    ...aliasClashes(declared, names),
    ...wrongTexts(declared, parameters),
  ];
  return problems.length === 0 ? undefined : listFirst(problems, "; ", mostProblems);
}

/** Returns the default that a version's tag declares for an argument. */
export function declaredDefault(tags: Tags, name: string): string | undefined {
  const { declared = {} } = readDeclaration(tags);
  return Object.hasOwn(declared, name) ? declared[name]?.default : undefined;
}

/** Returns the tags with a declaration of only those arguments that the template takes values for. */
export function withoutUnusedDeclarations(tags: Tags, names: readonly string[]): Tags {
  const { declared } = readDeclaration(tags);
  if (declared === undefined) return tags;
  const taken = new Set(names);
  const used = Object.entries(declared).filter(([name]) => taken.has(name));
  if (used.length === Object.keys(declared).length) return tags;
  const { [argumentsTag]: _, ...rest } = tags;
  return used.length === 0
    ? rest
    : { ...rest, [argumentsTag]: stringifyJson(Object.fromEntries(used)) };
}

function unknownNames(declared: DeclaredArguments, names: readonly string[]): readonly string[] {
  const known = new Set(names);
  const unknown = Object.keys(declared).filter((name) => !known.has(name));
  return unknown.slice(0, mostProblems).map((name) => {
    const [nearest] = findClosestNames(name, names, 1);
    const hint = nearest === undefined ? "" : ` (did you mean ${quote(nearest)}?)`;
    const there =
      names.length === 0
        ? "it has none"
        : `its variables are ${listFirst(names.map(quote), ", ", mostProblems)}`;
    return `${quote(name)} is no variable of the template${hint}: ${there}`;
  });
}

/** An alias must name one argument only. */
function aliasClashes(declared: DeclaredArguments, names: readonly string[]): readonly string[] {
  const taken = new Set([...names, ...Object.keys(declared)]);
  return Object.entries(declared).flatMap(([name, { aliases = [] }]) =>
    aliases.flatMap((alias) => {
      if (taken.has(alias)) {
        return [
          `${quote(name)} cannot have the alias ${quote(alias)}, because it is a name already`,
        ];
      }
      taken.add(alias);
      return [];
    }),
  );
}

/** A default and allowed values must fit the type, declared or inferred. */
function wrongTexts(
  declared: DeclaredArguments,
  parameters: readonly TemplateParameter[],
): readonly string[] {
  const inferred = new Map(parameters.map(({ name, type }) => [name, type]));
  return Object.entries(declared).flatMap(
    ([name, { type, default: fallback, enum: allowed = [] }]) => {
      const argument = { type: type ?? inferred.get(name), isInferred: type === undefined };
      const texts = [
        ...(fallback === undefined ? [] : [["default", fallback] as const]),
        ...allowed.map((text) => ["allowed value", text] as const),
      ];
      return texts.flatMap(([what, text]) => {
        const read = text === "" ? undefined : readValue(argument, text);
        if (read === undefined || "value" in read) return [];
        const must = "mismatch" in read ? read.mismatch : "it must not be blank";
        return [`the ${what} ${quote(text)} of ${quote(name)} does not fit its type: ${must}`];
      });
    },
  );
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join(".");
  const where = path === "" ? "" : `${quote(path)}: `;
  if (issue.code !== "unrecognized_keys") return `${where}${issue.message}`;
  const keys = Object.keys(declaredArgument.shape);
  const unknown = issue.keys.slice(0, mostProblems).map((key) => {
    const [nearest] = findClosestNames(key, keys, 1);
    return nearest === undefined ? quote(key) : `${quote(key)} (did you mean ${quote(nearest)}?)`;
  });
  return `${where}unknown key ${unknown.join(", ")}; the keys there are ${keys.join(", ")}`;
}
