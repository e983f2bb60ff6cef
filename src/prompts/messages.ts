import type { PromptMessage } from "@modelcontextprotocol/server";
import type { Rendered, RenderedMessage } from "../registry/template/rendered.ts";
import type { ContentPart } from "../registry/types.ts";

type Content = PromptMessage["content"];

/**
 * A rendered prompt as MCP messages. MCP knows the roles user and assistant only, and one content
 * block a message, so instructions (system, developer) are folded into the user message that
 * follows them, a message of several parts becomes several of its role, and any other role is a
 * user message that names it.
 */
export function toPromptMessages(rendered: Rendered): PromptMessage[] {
  if (rendered.kind === "text") return [userText(rendered.text)];
  const messages: PromptMessage[] = [];
  let instructions: Content[] = [];
  for (const message of rendered.messages) {
    const contents = toContents(message);
    if (isInstruction(message.role)) {
      instructions = joined(instructions, contents);
      continue;
    }
    const role = message.role === "assistant" ? "assistant" : "user";
    if (role === "user") {
      messages.push(...asMessages(role, joined(instructions, contents)));
    } else {
      messages.push(...asMessages("user", instructions), ...asMessages(role, contents));
    }
    instructions = [];
  }
  return [...messages, ...asMessages("user", instructions)];
}

function isInstruction(role: string): boolean {
  return role === "system" || role === "developer";
}

function asMessages(role: PromptMessage["role"], contents: readonly Content[]): PromptMessage[] {
  return contents.map((content) => ({ role, content }));
}

/** Puts one content after the other; two texts that meet become one, a blank line between them. */
function joined(before: readonly Content[], after: readonly Content[]): Content[] {
  const last = before.at(-1);
  const first = after[0];
  if (last?.type !== "text" || first?.type !== "text") return [...before, ...after];
  const text = [last.text, first.text].filter((part) => part !== "").join("\n\n");
  return [...before.slice(0, -1), { type: "text", text }, ...after.slice(1)];
}

function toContents({ role, content }: RenderedMessage): Content[] {
  const contents: Content[] =
    typeof content === "string" ? [{ type: "text", text: content }] : content.map(toContent);
  const known = isInstruction(role) || role === "user" || role === "assistant";
  return known ? contents : joined([{ type: "text", text: `[${role}]` }], contents);
}

function toContent(part: ContentPart): Content {
  return (
    textContent(part) ??
    imageContent(part) ??
    audioContent(part) ?? { type: "text", text: JSON.stringify(part) }
  );
}

function textContent({ type, text }: ContentPart): Content | undefined {
  return type === "text" && typeof text === "string" ? { type: "text", text } : undefined;
}

/** An image in the prompt is MCP image content; one that is linked stays a link, as text. */
function imageContent({ type, image_url: image }: ContentPart): Content | undefined {
  const url = type === "image_url" ? stringMember(image, "url") : undefined;
  if (url === undefined) return undefined;
  const [, mimeType, data] = /^data:([^;,]+);base64,(.*)$/s.exec(url) ?? [];
  if (mimeType === undefined || data === undefined) return { type: "text", text: url };
  return { type: "image", mimeType, data };
}

function audioContent({ type, input_audio: audio }: ContentPart): Content | undefined {
  const data = type === "input_audio" ? stringMember(audio, "data") : undefined;
  const format = stringMember(audio, "format");
  if (data === undefined || format === undefined) return undefined;
  return { type: "audio", data, mimeType: format === "mp3" ? "audio/mpeg" : `audio/${format}` };
}

function stringMember(value: unknown, key: string): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const member: unknown = Reflect.get(value, key);
  return typeof member === "string" ? member : undefined;
}

function userText(text: string): PromptMessage {
  return { role: "user", content: { type: "text", text } };
}
