import type { PromptContent } from "../../prompt-files/prompt-file.ts";
import { argumentsTag } from "../../registry/contract/arguments.ts";
import { readDeclaration } from "../../registry/contract/declaration.ts";
import { quote, RegistryError } from "../../registry/errors.ts";
import type { Prompt, PromptVersion, Tags } from "../../registry/types.ts";
import { omitOriginTags } from "../../registry/versions/provenance.ts";

/**
 * What of a version a person would keep in git: not its number, its author and its message, which git and
 * the registry have themselves, and not the aliases, which move without a change of the text.
 * @throws RegistryError `unreadable`
 */
export function contentOf(
  { description }: Pick<Prompt, "description">,
  { name, version, template, modelConfig, responseFormat, tags: all }: PromptVersion,
): PromptContent {
  if (template.kind === "unreadable") {
    throw new RegistryError(
      "unreadable",
      `version ${version} of ${quote(name)} cannot be read: ${template.problem}.`,
      { prompt: name, version },
    );
  }
  const { declared } = readDeclaration(all);
  return {
    template,
    description,
    ...(declared === undefined ? {} : { arguments: declared }),
    ...(modelConfig === undefined ? {} : { modelConfig }),
    ...(responseFormat === undefined ? {} : { responseFormat }),
    tags: contentTags(all),
  };
}

/** The tags of a version without its origin, and without arguments that can be read. */
export function contentTags(all: Tags): Tags {
  const { [argumentsTag]: declared, ...others } = omitOriginTags(all);
  return readDeclaration(all).declared === undefined && declared !== undefined
    ? { ...others, [argumentsTag]: declared }
    : others;
}
