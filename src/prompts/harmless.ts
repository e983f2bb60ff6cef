import type { PromptMessage } from "@modelcontextprotocol/server";
import type { Content } from "./content.ts";
import type { Executed } from "./hosts.ts";

/**
 * Where a space is put so that a host takes for text what it would execute: behind the exclamation
 * mark or the "@". opencode fills `$1` and `$ARGUMENTS` in before it looks for commands, with nothing
 * where nothing was given: so a "$" may not follow the mark either.
 */
const marks: Readonly<Record<Executed, RegExp>> = {
  shell: /!(?=[`$])/g,
  braces: /[!@](?=\{)/g,
};

/**
 * Messages in which the client's host finds nothing to execute, wherever it came from: the
 * template, a default or a value. For every other host they are as they are.
 */
export function harmless(
  messages: PromptMessage[],
  executed: Executed | undefined,
): PromptMessage[] {
  if (executed === undefined) return messages;
  const mark = marks[executed];
  return messages.map(({ role, content }) => ({ role, content: parted(content, mark) }));
}

function parted(content: Content, mark: RegExp): Content {
  if (content.type === "text") return { ...content, text: content.text.replace(mark, "$& ") };
  if (content.type !== "resource" || !("text" in content.resource)) return content;
  const { resource } = content;
  return { ...content, resource: { ...resource, text: resource.text.replace(mark, "$& ") } };
}
