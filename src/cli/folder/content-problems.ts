import type { PromptContent } from "../../prompt-files/prompt-file.ts";
import { argumentsTag } from "../../registry/contract/arguments.ts";
import { RegistryError } from "../../registry/errors.ts";
import { stringifyJson } from "../../registry/json.ts";
import { checkDescription, checkDraft } from "../../registry/limits.ts";
import { noContent, saysSomething } from "../../registry/message-content.ts";
import type { Tags } from "../../registry/types.ts";
import { encodeVersionTags } from "../../registry/versions/stored-version.ts";
import type { FolderFile } from "./read-folder.ts";

/** What no registry takes of the files, as sentences that name the file: it is known before the first write. */
export function contentProblems(files: readonly FolderFile[]): readonly string[] {
  return files.flatMap(({ path, file }) => {
    const problem = problemOf(file);
    return problem === undefined ? [] : [`${path}: ${problem}`];
  });
}

function problemOf(file: PromptContent): string | undefined {
  const { template, description = "", tags = {}, modelConfig, responseFormat } = file;
  const silent = template.kind === "chat" ? template.messages.findIndex(isSilent) : -1;
  if (silent !== -1) return `messages[${silent}]: ${noContent}.`;
  const declared: Tags =
    file.arguments === undefined ? {} : { [argumentsTag]: stringifyJson(file.arguments) };
  const draft = {
    template,
    tags: { ...tags, ...declared },
    ...(modelConfig === undefined ? {} : { modelConfig }),
    ...(responseFormat === undefined ? {} : { responseFormat }),
  };
  try {
    checkDescription(description);
    checkDraft(draft);
    encodeVersionTags(draft);
    return undefined;
  } catch (error) {
    if (error instanceof RegistryError) return error.message;
    throw error;
  }
}

function isSilent(message: Parameters<typeof saysSomething>[0]): boolean {
  return !saysSomething(message);
}
