import type { PromptSearch } from "../prompt-registry.ts";
import { mayHaveVariable } from "../template/mlflow.ts";
import type { ChatMessage, Prompt, Template } from "../types.ts";

/** The fields that are searched for words. `text` is the text of the newest version. */
export const searchedFields = ["name", "description", "tags", "text"] as const;
export type SearchedField = (typeof searchedFields)[number];

/** The score of a word by the field that contains it. */
const weight = { name: 4, description: 2, tags: 2, text: 1 } as const satisfies Record<
  SearchedField,
  number
>;
const nameStartWeight = 8;

/** How well a prompt matches a search. */
export interface Match {
  /** The fields that contain at least one of the words. */
  readonly fields: readonly SearchedField[];
  /** The sum of each word's best score; 0 without words. */
  readonly score: number;
}

/**
 * Matches a prompt against the words of a search, its variable and its `changedSince`. The prompt
 * must contain all words, each in any field. Case is ignored.
 * @returns undefined when the prompt does not match
 */
export function matchPrompt(prompt: Prompt, search: PromptSearch): Match | undefined {
  const { words = [], variable, changedSince } = search;
  if (changedSince !== undefined && prompt.updatedAt < changedSince) return undefined;
  if (variable !== undefined && !mayHave(prompt, variable)) return undefined;
  if (words.length === 0) return { fields: [], score: 0 };
  const texts = textsOf(prompt);
  const places: ReturnType<typeof findWord>[] = [];
  for (const word of words) {
    const place = findWord(foldCase(word), texts);
    if (place.fields.length === 0) return undefined;
    places.push(place);
  }
  return {
    fields: searchedFields.filter((field) => places.some(({ fields }) => fields.includes(field))),
    score: places.reduce((sum, { best }) => sum + best, 0),
  };
}

function mayHave({ latest }: Prompt, variable: string): boolean {
  return latest !== undefined && mayHaveVariable(latest.template, variable);
}

function findWord(word: string, texts: Readonly<Record<SearchedField, string>>) {
  const fields = searchedFields.filter((field) => texts[field].includes(word));
  const weights = fields.map((field) => weight[field]);
  const best = texts.name.startsWith(word) ? nameStartWeight : Math.max(0, ...weights);
  return { fields, best };
}

function textsOf({ name, description, tags, latest }: Prompt): Record<SearchedField, string> {
  return {
    name: foldCase(name),
    description: foldCase(description),
    tags: foldCase(Object.entries(tags).flat().join("\n")),
    text: latest ? foldCase(templateText(latest.template)) : "",
  };
}

/** The text that a person wrote, without types of parts, images and audio. */
function templateText(template: Template): string {
  if (template.kind !== "chat") return template.text;
  return template.messages.flatMap(({ content }) => textParts(content)).join("\n");
}

function textParts(content: ChatMessage["content"]): readonly string[] {
  if (typeof content === "string") return [content];
  return (content ?? []).flatMap(({ type, text }) =>
    type === "text" && typeof text === "string" ? [text] : [],
  );
}

/**
 * Folds case and composes characters. Lower case is not enough: "ß" and "SS", and "ς" and "σ", would
 * stay different. So the text is converted to lower case and then to upper case.
 */
function foldCase(text: string): string {
  return text.normalize("NFC").toLowerCase().toUpperCase();
}
