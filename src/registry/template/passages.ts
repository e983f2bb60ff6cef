import { indexOf } from "../text/find-text.ts";
import type { TemplateMessage, WritableTemplate } from "../types.ts";

/** A text of a template in which passages are searched: a text, or one part of a message. */
export interface SearchedText {
  readonly text: string;
  /** Index of the message; absent for a text prompt. */
  readonly message?: number;
  /** Index of the part, for content that is a list. */
  readonly part?: number;
}

/** Where a passage begins. */
export interface Occurrence {
  readonly place: SearchedText;
  readonly start: number;
}

/** The texts of a template, or of one of its messages. Texts in images or other parts are none. */
export function searchedTexts(
  template: WritableTemplate,
  message?: number,
): readonly SearchedText[] {
  if (template.kind === "text") return [{ text: template.text }];
  return template.messages.flatMap((one, index) =>
    message === undefined || message === index ? textsOf(one, index) : [],
  );
}

function textsOf({ content }: TemplateMessage, message: number): readonly SearchedText[] {
  if (typeof content === "string") return [{ text: content, message }];
  return (content ?? []).flatMap(({ type, text }, part) =>
    type === "text" && typeof text === "string" ? [{ text, message, part }] : [],
  );
}

/** The first occurrences of a passage. They may overlap. */
export function findOccurrences(
  places: readonly SearchedText[],
  passage: string,
  most: number,
): readonly Occurrence[] {
  const found: Occurrence[] = [];
  for (const place of places) {
    // Preparing a search takes time that grows with the passage.
    if (place.text.length < passage.length) continue;
    let start = indexOf(place.text, passage);
    while (start !== -1 && found.length < most) {
      found.push({ place, start });
      start = indexOf(place.text, passage, start + 1);
    }
  }
  return found;
}

/** Replaces a passage. Everything else stays as it is. */
export function replacePassage(
  template: WritableTemplate,
  { place, start }: Occurrence,
  oldText: string,
  newText: string,
): WritableTemplate {
  const text = `${place.text.slice(0, start)}${newText}${place.text.slice(start + oldText.length)}`;
  if (template.kind === "text") return { kind: "text", text };
  const messages = template.messages.map((message, index) =>
    index === place.message ? withText(message, place.part, text) : message,
  );
  return { kind: "chat", messages };
}

function withText(
  message: TemplateMessage,
  part: number | undefined,
  text: string,
): TemplateMessage {
  const { content } = message;
  if (!Array.isArray(content)) return { ...message, content: text };
  const parts = content.map((one, index) => (index === part ? { ...one, text } : one));
  return { ...message, content: parts };
}
