import { createHash } from "node:crypto";
import type { PromptMessage } from "@modelcontextprotocol/server";
import type { RenderedMessage } from "../registry/template/rendered.ts";
import type { ContentPart } from "../registry/types.ts";
import { base64, type InlineData, parseDataUrl } from "./data-url.ts";

/** One content of an MCP message: here a text, an image, an audio or an embedded resource. */
export type Content = PromptMessage["content"];

/**
 * A message's content as MCP contents, in order. Data in the prompt is image or audio content, or
 * else an embedded resource; a link stays a link, as text: the model, or its host, may follow it,
 * and several clients fail on MCP's own links. What MCP has no content for is text, as it is stored.
 */
export function toContents(content: RenderedMessage["content"]): Content[] {
  return typeof content === "string" ? [textOf(content)] : content.map(toContent);
}

export function textOf(text: string): Content {
  return { type: "text", text };
}

function toContent(part: ContentPart): Content {
  return (
    textContent(part) ?? imageContent(part) ?? audioContent(part) ?? textOf(JSON.stringify(part))
  );
}

function textContent({ type, text }: ContentPart): Content | undefined {
  return type === "text" && typeof text === "string" ? textOf(text) : undefined;
}

/** Some write the URL itself where MLflow has an object around it. */
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
 * Data that is neither image nor audio: as an image it would make the model refuse the whole
 * conversation. It is nowhere but in the prompt, so its URI says no more than which data it is.
 */
function embedded({ mimeType, data }: InlineData) {
  const uri = `urn:sha256:${createHash("sha256").update(data).digest("hex")}`;
  if (!mimeType.startsWith("text/")) return { uri, mimeType, blob: data };
  return { uri, mimeType, text: Buffer.from(data, "base64").toString("utf8") };
}

/** The data is base64, or a `data:` URL that may tell its own type. */
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
