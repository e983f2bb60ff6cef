import { createHash } from "node:crypto";
import type { PromptMessage } from "@modelcontextprotocol/server";
import { stringifyJson } from "../registry/json.ts";
import type { RenderedMessage } from "../registry/template/rendered.ts";
import type { ContentPart } from "../registry/types.ts";
import { base64, type InlineData, parseDataUrl } from "./data-url.ts";

/** Content of an MCP message. This module makes text, image, audio and embedded resources. */
export type Content = PromptMessage["content"];

/**
 * Converts a message's content to MCP contents, in order. Inline data becomes image or audio content,
 * or an embedded resource. A link becomes text, because several clients fail on MCP resource links.
 * A part that MCP has no content type for becomes text, in its stored JSON.
 */
export function toContents(content: RenderedMessage["content"]): Content[] {
  return typeof content === "string" ? [textOf(content)] : content.map(toContent);
}

export function textOf(text: string): Content {
  return { type: "text", text };
}

function toContent(part: ContentPart): Content {
  return (
    textContent(part) ?? imageContent(part) ?? audioContent(part) ?? textOf(stringifyJson(part))
  );
}

function textContent({ type, text }: ContentPart): Content | undefined {
  return type === "text" && typeof text === "string" ? textOf(text) : undefined;
}

/** Some authors write the URL itself instead of MLflow's object with the URL. */
function imageContent({ type, image_url: image }: ContentPart): Content | undefined {
  if (type !== "image_url") return undefined;
  const url = typeof image === "string" ? image : stringMember(image, "url");
  if (url === undefined) return undefined;
  const inline = parseDataUrl(url);
  if (inline === undefined) return textOf(url);
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

/** The data is base64, or a `data:` URL, whose media type takes precedence over `format`. */
function audioContent({ type, input_audio: audio }: ContentPart): Content | undefined {
  const given = type === "input_audio" ? stringMember(audio, "data") : undefined;
  if (given === undefined) return undefined;
  const inline = parseDataUrl(given);
  const data = inline ? inline.data : base64(given);
  const mimeType = inline?.mimeType.startsWith("audio/")
    ? inline.mimeType
    : audioType(stringMember(audio, "format"));
  if (data === undefined || mimeType === undefined) return undefined;
  return { type: "audio", mimeType, data };
}

function audioType(format: string | undefined): string | undefined {
  if (format === undefined) return undefined;
  return format.toLowerCase() === "mp3" ? "audio/mpeg" : `audio/${format.toLowerCase()}`;
}

function stringMember(value: unknown, key: string): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const member: unknown = Reflect.get(value, key);
  return typeof member === "string" ? member : undefined;
}
