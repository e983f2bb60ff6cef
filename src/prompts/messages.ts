import type { PromptMessage } from "@modelcontextprotocol/server";
import type { Rendered, RenderedMessage } from "../registry/template/rendered.ts";
import { type Content, toContents } from "./content.ts";

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
    const contents = contentsOf(message);
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

function contentsOf({ role, content }: RenderedMessage): Content[] {
  const contents = toContents(content);
  const known = isInstruction(role) || role === "user" || role === "assistant";
  return known ? contents : joined([{ type: "text", text: `[${role}]` }], contents);
}

function userText(text: string): PromptMessage {
  return { role: "user", content: { type: "text", text } };
}
