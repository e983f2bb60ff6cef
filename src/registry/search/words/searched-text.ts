import type { Prompt, PromptVersion, Template, TemplateMessage } from "../../types.ts";

/** The fields that are searched for words. `text` is the text of the newest and the served version. */
export const searchedFields = ["name", "title", "description", "tags", "text"] as const;
export type SearchedField = (typeof searchedFields)[number];
export type SearchedText = Readonly<Record<SearchedField, string>>;

/** How much of a field is searched, of the texts of two versions each: about 1,600 words. */
export const maxSearchedLength = 10_000;

const titleTag = "mcp.title";

/** What a person wrote about a prompt and in it. Tags that this server keeps for itself are no text. */
export function searchedTextOf(prompt: Prompt, served?: PromptVersion): SearchedText {
  const { name, description, tags, latest } = prompt;
  const written = Object.entries(tags).filter(([key]) => !key.startsWith("mcp."));
  const texts = [latest, served].map((version) => version && templateText(version.template));
  return {
    name,
    title: (tags[titleTag] ?? "").slice(0, maxSearchedLength),
    description: description.slice(0, maxSearchedLength),
    tags: joinUpTo(written.flat()),
    text: texts.filter((text) => text !== undefined).join("\n"),
  };
}

/** The beginning of a template, without types of parts, images and audio. */
function templateText(template: Template): string {
  return joinUpTo(
    template.kind === "chat"
      ? template.messages.flatMap(({ content }) => textParts(content))
      : [template.text],
  );
}

function textParts(content: TemplateMessage["content"]): readonly string[] {
  if (typeof content === "string") return [content];
  return (content ?? []).flatMap(({ type, text }) =>
    type === "text" && typeof text === "string" ? [text] : [],
  );
}

function joinUpTo(texts: readonly string[]): string {
  let joined = "";
  for (const text of texts) {
    if (joined.length >= maxSearchedLength) break;
    joined += `${text.slice(0, maxSearchedLength)}\n`;
  }
  return joined.slice(0, maxSearchedLength);
}
