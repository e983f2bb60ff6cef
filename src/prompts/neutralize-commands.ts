import type { PromptMessage } from "@modelcontextprotocol/server";
import type { Content } from "./content.ts";
import type { Executed } from "./hosts.ts";

/**
 * What a host would execute begins with such a pair. A space between its two characters makes the
 * host take it for text. opencode fills `$1` and `$ARGUMENTS` in before it looks for commands, with
 * nothing where nothing was given: so a "$" may not follow the mark either.
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
 * Messages in which the client's host finds nothing to execute, wherever it came from: the
 * template, a default or a value. For every other host they are as they are.
 */
export function neutralizeCommands(
  messages: PromptMessage[],
  executed: Executed | undefined,
): PromptMessage[] {
  if (executed === undefined) return messages;
  return messages.map(({ role, content }) => ({ role, content: parted(content, executed) }));
}

function parted(content: Content, executed: Executed): Content {
  if (content.type === "text") return { ...content, text: partedText(content.text, executed) };
  if (content.type !== "resource" || !("text" in content.resource)) return content;
  const { resource } = content;
  return { ...content, resource: { ...resource, text: partedText(resource.text, executed) } };
}

/** A value may be as long as a request: splitting takes a tenth of what a regular expression does. */
function partedText(text: string, executed: Executed): string {
  return pairs[executed].reduce(
    (parted, [mark, opening]) => parted.split(mark + opening).join(`${mark} ${opening}`),
    text,
  );
}
