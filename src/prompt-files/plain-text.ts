import { RegistryError } from "../registry/errors.ts";
import { hasMustacheSyntax } from "../registry/template/syntax.ts";
import type { WritableTemplate } from "../registry/types.ts";
import { formatTag } from "../registry/versions/template-format.ts";
import type { PromptContent, PromptForm } from "./prompt-file.ts";

const mark = "\uFEFF";

/** A file that is the template, byte for byte. A byte order mark is no part of it. */
export const plainText: PromptForm = {
  title: "text",
  read: (text) => ({ template: templateOf(text), hasDetails: false, unused: [] }),
  edit: editText,
};

/** The same, for a file whose name says that it has mustache tags. */
export const mustacheText: PromptForm = {
  ...plainText,
  title: "mustache",
  read(text) {
    const template = templateOf(text);
    const tags = hasMustacheSyntax(template) ? { tags: { [formatTag]: "mustache" } } : {};
    return { template, ...tags, hasDetails: false, unused: [] };
  },
};

function templateOf(text: string): WritableTemplate {
  return { kind: "text", text: text.startsWith(mark) ? text.slice(mark.length) : text };
}

function editText(text: string, { template }: PromptContent): string {
  if (template.kind !== "text") {
    throw new RegistryError("invalid", "a text file cannot hold the messages of a chat prompt");
  }
  const opening = text.startsWith(mark) ? mark : "";
  const edited = opening + template.text;
  if (opening === "" && edited.startsWith(mark)) {
    throw new RegistryError(
      "invalid",
      "a text file cannot begin with a byte order mark of its text",
    );
  }
  return edited;
}
