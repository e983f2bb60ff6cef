import type { PromptMessage } from "@modelcontextprotocol/server";
import type { Content } from "./content.ts";
import type { Executed } from "./hosts.ts";

/**
 * Character pairs that begin a command. With a space between the two characters, the host treats
 * them as text. opencode replaces `$1` and `$ARGUMENTS` before it searches for commands, by nothing
 * if no value was given, so a "$" must not follow the mark either.
 */
const pairs: Readonly<Record<Executed, readonly (readonly [mark: string, opening: string])[]>> = {
  shell: [
    ["!", "`"],
    ["!", "$"],
  ],
  braces: [
    ["!", "{"],
    ["@", "{"],
  ],
};

/**
 * Changes the messages so that the client's host finds no command in them, whether it comes from the
 * template, a default or a value. Hosts that execute nothing get the messages unchanged.
 */
export function neutralizeCommands(
  messages: PromptMessage[],
  executed: Executed | undefined,
): PromptMessage[] {
  if (executed === undefined) return messages;
  return messages.map(({ role, content }) => ({
    role,
    content: neutralizeContent(content, executed),
  }));
}

function neutralizeContent(content: Content, executed: Executed): Content {
  if (content.type === "text") return { ...content, text: splitPairs(content.text, executed) };
  if (content.type !== "resource" || !("text" in content.resource)) return content;
  const { resource } = content;
  return { ...content, resource: { ...resource, text: splitPairs(resource.text, executed) } };
}

/** Values can be as long as a request. Splitting takes a tenth of the time of a regular expression. */
function splitPairs(text: string, executed: Executed): string {
  return pairs[executed].reduce(
    (result, [mark, opening]) => result.split(mark + opening).join(`${mark} ${opening}`),
    text,
  );
}
