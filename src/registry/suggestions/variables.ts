import { isInstruction, lineAt, type PromptText, passageAt, type Tag } from "./prompt-text.ts";
import type { Suggestion } from "./suggestion.ts";

/** A variable, and whether its declaration describes it. */
export interface ReviewedVariable {
  readonly name: string;
  readonly isDescribed: boolean;
}

/** Each name is searched in the whole prompt. */
const maxVariables = 50;

/** These words say that what follows is what the prompt is about. */
const pointing =
  /\b(?:this|these|following|below|above|here is|here are|given|diese[nrsm]?|folgende[nrsm]?|unten|siguientes?|est[aeo]s?)\b|以下|次の|下面/iu;

/** Variables that no word of the prompt explains: the model does not see their names. */
export function unexplainedVariables(
  texts: readonly PromptText[],
  variables: readonly ReviewedVariable[],
): readonly Suggestion[] {
  const prose = texts
    .map((text) => text.prose)
    .join("\n")
    .toLowerCase();
  if (!/\p{L}{2}/u.test(prose)) return [];
  const occurrences = occurrencesOf(texts);
  const names = variables.filter(({ isDescribed }) => !isDescribed).slice(0, maxVariables);
  return names.flatMap(({ name }) => {
    const all = occurrences.get(name) ?? [];
    const [first] = all;
    if (first === undefined || isNamed(name, prose)) return [];
    if (all.some(({ text, tag }) => isExplainedAt(text, tag, texts))) return [];
    const { start, end } = lineAt(first.text.text, first.tag.start);
    return [
      {
        rule: "unexplained_variable" as const,
        passages: [passageAt(first.text, start, end)],
        why: `Nothing says what the value of ${name} is. The model sees the value and not the name of the variable.`,
        todo: "Write before it what it is, such as a label with a colon or a tag around it, and describe it in arguments for callers.",
      },
    ];
  });
}

function occurrencesOf(texts: readonly PromptText[]) {
  const found = new Map<string, { readonly text: PromptText; readonly tag: Tag }[]>();
  for (const text of texts) {
    for (const tag of text.tags) {
      const known = found.get(tag.name);
      if (known) known.push({ text, tag });
      else found.set(tag.name, [{ text, tag }]);
    }
  }
  return found;
}

/** Whether the prompt has a word of the name. */
function isNamed(name: string, prose: string): boolean {
  const words = name
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}]+/u);
  return words.some((word) => isLong(word) && prose.includes(word.replace(/s$/, "")));
}

/** Three letters, or two of a script that writes words with fewer. */
function isLong(word: string): boolean {
  return word.length >= (/^[a-z]+$/.test(word) ? 3 : 2);
}

function isExplainedAt(text: PromptText, tag: Tag, texts: readonly PromptText[]): boolean {
  if (!isInstruction(text)) return true;
  const { start, end } = lineAt(text.text, tag.start);
  const before = text.prose.slice(start, tag.start);
  const clause = before.slice(endOfSentence(before));
  const after = text.prose.slice(tag.end, Math.max(end, tag.end));
  if (/[\p{L}>]/u.test(clause) || /^[^.!?]*[\p{L}<]/u.test(after)) return true;
  // A message of one variable is what its sender says.
  if (text.role === "user" && !/\p{L}/u.test(text.prose)) return true;
  const above = text.prose.slice(Math.max(0, start - 200), start).trimEnd();
  if (/[:>`"'»”\])]$|[-=*#]{3}$/.test(above) || isHeading(above)) return true;
  return before.trim() === "" && texts.some(({ prose }) => pointing.test(prose));
}

function endOfSentence(text: string): number {
  return Math.max(...[". ", "! ", "? "].map((mark) => text.lastIndexOf(mark) + 1));
}

function isHeading(above: string): boolean {
  return /^#{1,6} /.test(above.slice(above.lastIndexOf("\n") + 1));
}
