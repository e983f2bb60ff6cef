/** A piece of a text: visible characters, or one that nobody sees. */
export interface TextPart {
  readonly text: string;
  readonly hidden: boolean;
  /** `U+202E`, of a hidden character. */
  readonly name: string;
}

/**
 * Characters that are invisible, or that change what others look like: default ignorable ones, bidirectional
 * controls and control characters, but for tab and line ends.
 */
const hidden = /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Cc}]/u;
const split = /([\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]|[^\P{Cc}\t\n\r])/u;

/** Splits a text at its hidden characters. A text without any is one part. */
export function splitHidden(text: string): readonly TextPart[] {
  if (!hidden.test(text)) return [{ text, hidden: false, name: "" }];
  return text
    .split(split)
    .filter((part) => part !== "")
    .map((part) =>
      split.test(part)
        ? { text: part, hidden: true, name: nameOf(part) }
        : { text: part, hidden: false, name: "" },
    );
}

function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** A text in one line, for elements that hold nothing but characters: hidden ones are named. */
export function plainLine(text: string): string {
  return splitHidden(text)
    .map((part) => (part.hidden ? `[${part.name}]` : part.text))
    .join("")
    .replaceAll(/[\t\r\n]/g, " ");
}
