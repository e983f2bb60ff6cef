import { RegistryError } from "../registry/errors.ts";
import { dotprompt } from "./dotprompt.ts";
import { stemOf } from "./file-names.ts";
import { markdown } from "./markdown.ts";
import { messageJson } from "./message-json.ts";
import { mustacheText, plainText } from "./plain-text.ts";
import type { PromptContent, PromptForm } from "./prompt-file.ts";
import { prompty } from "./prompty.ts";
import { differences } from "./same-content.ts";

/** The forms by the ends of file names, the longest of which counts. */
const forms: readonly (readonly [string, PromptForm])[] = [
  [".prompty", prompty],
  [".prompt.md", markdown],
  [".prompt", dotprompt],
  [".md", markdown],
  [".json", messageJson],
  [".txt", plainText],
  [".j2", plainText],
  [".jinja2", plainText],
  [".jinja", plainText],
  [".mustache", mustacheText],
];

/** The form of a file and its name without the extension; undefined for a file of another kind. */
export function formOfFile(
  fileName: string,
): { readonly form: PromptForm; readonly stem: string } | undefined {
  const lower = fileName.toLowerCase();
  const found = forms.find(([end]) => lower.endsWith(end) && lower.length > end.length);
  return found && { form: found[1], stem: fileName.slice(0, -found[0].length) };
}

/** The forms of a new file: the first that holds a prompt exactly is written. */
const written: readonly (readonly [string, PromptForm])[] = [
  [".prompty", prompty],
  [".txt", plainText],
  [".md", markdown],
  [".json", messageJson],
];

/**
 * The file of a prompt that has none yet.
 * @returns its name and its text
 */
export function newPromptFile(
  name: string,
  content: PromptContent,
): { readonly fileName: string; readonly text: string } {
  for (const [end, form] of written) {
    const text = textIn(form, content, name);
    if (text !== undefined) return { fileName: `${stemOf(name)}${end}`, text };
  }
  throw new RegistryError(
    "invalid",
    `no file can hold the prompt ${JSON.stringify(name)} exactly.`,
  );
}

function textIn(form: PromptForm, content: PromptContent, name: string): string | undefined {
  try {
    const text = form.edit("", content, name);
    return differences(form.read(text), content).length === 0 ? text : undefined;
  } catch (error) {
    if (error instanceof RegistryError) return undefined;
    throw error;
  }
}
