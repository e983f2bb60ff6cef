import type { TemplateParameter } from "../template/parameters.ts";
import type { DeclaredArguments, PromptArgument } from "./arguments.ts";
import { readValue } from "./value-types.ts";

/**
 * A variable that the template needs but the declaration makes optional gets the default "", so that
 * callers can leave it out. A default and allowed values that do not fit the type are left out. An
 * argument that the template does not use is never required.
 * @param taken the names that are taken; the argument's aliases are added
 */
export function argumentOf(
  { name, required: needed, type: inferred }: TemplateParameter,
  isUsed: boolean,
  declared: DeclaredArguments[string] = {},
  taken: Set<string>,
): PromptArgument {
  const { description, required = needed, type = inferred } = declared;
  const typing = type === undefined ? {} : { type, isInferred: declared.type === undefined };
  const fits = (text: string) => text === "" || "value" in readValue(typing, text);
  const allowed = declared.enum?.filter(fits) ?? [];
  const fallback = declared.default ?? (needed && !required ? "" : undefined);
  const isUsable = fallback !== undefined && fits(fallback);
  const aliases = (declared.aliases ?? []).filter((alias) => !taken.has(alias));
  for (const alias of aliases) taken.add(alias);
  return {
    name,
    ...(description === undefined ? {} : { description }),
    required: isUsed && !isUsable && (required || fallback !== undefined),
    ...typing,
    ...(isUsable ? { default: fallback } : {}),
    ...(allowed.length === 0 ? {} : { allowed }),
    ...(aliases.length === 0 ? {} : { aliases }),
  };
}
