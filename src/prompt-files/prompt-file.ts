import type { DeclaredArguments } from "../registry/contract/arguments.ts";
import { RegistryError } from "../registry/errors.ts";
import type { JsonValue } from "../registry/json.ts";
import type { Tags, WritableTemplate } from "../registry/types.ts";

/** The size of a prompt file at most, in bytes. MLflow stores 100,000 characters of a template. */
export const maxFileSize = 1_000_000;

/** What a version of a prompt and a file of it have in common. */
export interface PromptContent {
  readonly template: WritableTemplate;
  readonly description?: string;
  readonly arguments?: DeclaredArguments;
  readonly modelConfig?: JsonValue;
  readonly responseFormat?: JsonValue;
  /** Those of a version, `mcp.template_format` included, without its origin and its arguments. */
  readonly tags?: Tags;
}

/** What is read from a file. */
export interface PromptFile extends PromptContent {
  /** The name that the file gives itself. It may be one that no prompt can have. */
  readonly name?: string;
  /** Whether the file can hold more than the template: what it does not say is not so. */
  readonly hasDetails: boolean;
  /** What the file has besides, and a registry has no place for: "model.connection". */
  readonly unused: readonly string[];
}

/** A form of prompt files. Neither function evaluates code, reads files or the environment. */
export interface PromptForm {
  /** As people call it: "Prompty". */
  readonly title: string;
  /** @throws RegistryError `invalid` that names the line */
  readonly read: (text: string) => PromptFile;
  /**
   * Changes in the text of a file what differs from the content. All other bytes stay.
   * @param text "" for a new file
   * @param name what a new file calls itself
   * @throws RegistryError `invalid` when a file of this form cannot hold the content exactly
   */
  readonly edit: (text: string, wanted: PromptContent, name?: string) => string;
}

/** A file that cannot be read, with the line of it that is wrong. */
export function fileProblem(line: number, problem: string): RegistryError {
  return new RegistryError("invalid", `line ${line}: ${problem}`);
}

/** The line of a text that has the character, from 1. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) {
    line += 1;
  }
  return line;
}
