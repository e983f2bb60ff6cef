import { createHash } from "node:crypto";
import type { PromptMessage } from "@modelcontextprotocol/server";
import type { InlineData } from "./data-url.ts";

/** Content of an MCP message: here text, image, audio or an embedded resource. */
export type Content = PromptMessage["content"];

export function textOf(text: string): Extract<Content, { type: "text" }> {
  return { type: "text", text };
}

/** Whether a content is a text that is blank. Model APIs refuse a message that is. */
export function isBlank(content: Content): boolean {
  return content.type === "text" && !/\S/.test(content.text);
}

export function mediaContent(inline: InlineData): Content {
  const { mimeType, data } = inline;
  if (mimeType.startsWith("image/")) return { type: "image", mimeType, data };
  if (mimeType.startsWith("audio/")) return { type: "audio", mimeType, data };
  return { type: "resource", resource: embedded(inline) };
}

/**
 * Embeds data that is neither image nor audio. As an image it would make the model refuse the whole
 * conversation. The data has no address of its own, so its URI is a hash of the content.
 */
function embedded({ mimeType, data }: InlineData) {
  const uri = `urn:sha256:${createHash("sha256").update(data).digest("hex")}`;
  if (!mimeType.startsWith("text/")) return { uri, mimeType, blob: data };
  return { uri, mimeType, text: Buffer.from(data, "base64").toString("utf8") };
}

/** The text of a content, for hosts that accept only text. Says what stood where there is none. */
export function asText(content: Content): string {
  if (content.type === "text") return content.text;
  if (content.type !== "resource") return `[${content.type} omitted]`;
  const { resource } = content;
  return "text" in resource ? resource.text : `[${resource.mimeType} omitted]`;
}

/** Concatenates contents, and merges two adjacent texts into one. */
export function concatenate(
  before: readonly Content[],
  after: readonly Content[],
  between: string,
): readonly Content[] {
  const last = before.at(-1);
  const first = after[0];
  if (last?.type !== "text" || first?.type !== "text") return [...before, ...after];
  // `join` would copy the text each time, which is slow for many messages.
  const text =
    last.text === "" || first.text === ""
      ? last.text + first.text
      : last.text + between + first.text;
  return [...before.slice(0, -1), textOf(text), ...after.slice(1)];
}
