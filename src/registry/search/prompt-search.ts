import type { PromptSearch } from "../prompt-registry.ts";
import { variablesOf } from "../template/mlflow.ts";
import type { ChatMessage, Prompt, Template } from "../types.ts";

/** Where words are looked for; `text` is that of the newest version. */
export const searchedFields = ["name", "description", "tags", "text"] as const;
export type SearchedField = (typeof searchedFields)[number];

/** What a word says of a prompt by where it stands; one that begins the name says most. */
const weight = { name: 4, description: 2, tags: 2, text: 1 } as const satisfies Record<
  SearchedField,
  number
>;
const nameStartWeight = 8;

/** How well a prompt fits a search. */
export interface Match {
  /** The fields in which any of the words stands. */
  readonly fields: readonly SearchedField[];
  /** The sum of what each word says, by its best place; 0 without words. */
  readonly score: number;
}

/**
 * Whether a prompt has all the words of a search, each in any field, in upper or lower case, and
 * meets its other conditions on what one prompt itself holds.
 * @returns undefined when it does not
 */
export function matchPrompt(prompt: Prompt, search: PromptSearch): Match | undefined {
  const { words = [], variable, changedSince } = search;
  if (changedSince !== undefined && prompt.updatedAt < changedSince) return undefined;
  if (variable !== undefined && !hasVariable(prompt, variable)) return undefined;
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

function hasVariable({ latest }: Prompt, variable: string): boolean {
  return latest !== undefined && variablesOf(latest.template).includes(variable);
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

/** What a person wrote and can look for: no kinds of parts, no images, no audio. */
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
 * Letters in one form: composed, and in upper case by way of lower case. Lower case alone keeps
 * letters apart that are the same to a reader: "ß" and "SS", "ς" and "σ".
 */
function foldCase(text: string): string {
  return text.normalize("NFC").toLowerCase().toUpperCase();
}
