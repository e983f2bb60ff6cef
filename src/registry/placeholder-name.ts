/** The fields that make an entry of a chat template a placeholder for messages. */
export interface MaybePlaceholder {
  readonly role?: unknown;
  readonly type?: unknown;
  readonly name?: unknown;
  readonly content?: unknown;
}

/**
 * Returns the name of the messages that an entry of a chat template stands for; undefined for a
 * message. A placeholder is `{"type": "placeholder", "name": "history"}` (Langfuse), or has the role
 * `placeholder` and the content `{{ history }}` or `{history}` (LangChain).
 */
export function placeholderName(entry: MaybePlaceholder): string | undefined {
  const { role, type, name, content } = entry;
  if (role !== "placeholder" && type !== "placeholder") return undefined;
  if (typeof content === "string" && role === "placeholder") return nameIn(content);
  const isNamed = typeof name === "string" && name !== "";
  return isNamed && (content === undefined || content === null) ? name : undefined;
}

function nameIn(content: string): string | undefined {
  return /^\s*(?:\{\{\s*([\w.]+)\s*\}\}|\{([\w.]+)\})\s*$/
    .exec(content)
    ?.slice(1)
    .find((it) => it);
}
