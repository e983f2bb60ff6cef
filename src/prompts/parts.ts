import type { ContentPart } from "../registry/types.ts";
import { type Content, mediaContent, textOf } from "./content.ts";
import { base64, parseDataUrl } from "./data-url.ts";
import { label, labelled, toolCall } from "./labels.ts";

/**
 * Converts one part of a message to MCP contents. Inline data becomes image or audio content, or an
 * embedded resource. A link becomes text, because several clients fail on MCP resource links. A part
 * that MCP has no content type for becomes a text that begins with its type in brackets.
 */
export function partContents(part: ContentPart): readonly Content[] {
  const known =
    textContent(part) ??
    imageContent(part) ??
    audioContent(part) ??
    sourceContent(part) ??
    fileContents(part) ??
    toolContents(part);
  return known ?? [unknownContent(part)];
}

/** Texts have the type `text`, in OpenAI's Responses `input_text` and `output_text`, in Gemini none. */
function textContent({ type = "text", text }: ContentPart): readonly Content[] | undefined {
  const isText = type === "text" || type === "input_text" || type === "output_text";
  return isText && typeof text === "string" ? [textOf(text)] : undefined;
}

/** Some authors write the URL itself instead of MLflow's object with the URL. */
function imageContent({ type, image_url: image }: ContentPart): readonly Content[] | undefined {
  if (type !== "image_url" && type !== "input_image") return undefined;
  const url = typeof image === "string" ? image : stringMember(image, "url");
  if (url === undefined) return undefined;
  const inline = parseDataUrl(url);
  return [inline === undefined ? textOf(url) : mediaContent(inline)];
}

/** The data is base64, or a `data:` URL, whose media type takes precedence over `format`. */
function audioContent({ type, input_audio: audio }: ContentPart): readonly Content[] | undefined {
  const given = type === "input_audio" ? stringMember(audio, "data") : undefined;
  if (given === undefined) return undefined;
  const inline = parseDataUrl(given);
  const data = inline ? inline.data : base64(given);
  const mimeType = inline?.mimeType.startsWith("audio/")
    ? inline.mimeType
    : audioType(stringMember(audio, "format"));
  if (data === undefined || mimeType === undefined) return undefined;
  return [{ type: "audio", mimeType, data }];
}

function audioType(format: string | undefined): string | undefined {
  if (format === undefined) return undefined;
  return format.toLowerCase() === "mp3" ? "audio/mpeg" : `audio/${format.toLowerCase()}`;
}

/** Anthropic's images and documents. */
function sourceContent({ source, title }: ContentPart): readonly Content[] | undefined {
  const url = stringMember(source, "url");
  const data = base64(stringMember(source, "data") ?? "");
  const mimeType = stringMember(source, "media_type");
  const heading = typeof title === "string" ? [textOf(label(title))] : [];
  if (url !== undefined) return [...heading, textOf(url)];
  if (data === undefined || mimeType === undefined) return undefined;
  return [...heading, mediaContent({ mimeType: mimeType.toLowerCase(), data })];
}

/** A file is inline, or an id or address that only the provider can resolve. */
function fileContents(part: ContentPart): readonly Content[] | undefined {
  if (part.type !== "file" && part.type !== "input_file") return undefined;
  const file = part.file ?? part;
  const inline = parseDataUrl(stringMember(file, "file_data") ?? "");
  const names = ["filename", "file_id", "file_url"].flatMap((key) => stringMember(file, key) ?? []);
  if (inline === undefined && names.length === 0) return undefined;
  return [textOf(label("file", ...names)), ...(inline === undefined ? [] : [mediaContent(inline)])];
}

/** Anthropic's tool calls and their results, which have texts, images and documents. */
function toolContents(part: ContentPart): readonly Content[] | undefined {
  const { type, name, id, input, tool_use_id: callId, is_error: failed, content } = part;
  if (type === "tool_use") return [textOf(toolCall(name, id, input))];
  if (type !== "tool_result") return undefined;
  const heading = textOf(label(failed === true ? "tool error" : "tool result", callId));
  if (typeof content === "string") return [textOf(`${heading.text}\n${content}`)];
  if (!Array.isArray(content)) return undefined;
  return [heading, ...content.flatMap((inner) => innerContents(Object(inner)))];
}

function innerContents(part: ContentPart): readonly Content[] {
  return textContent(part) ?? imageContent(part) ?? sourceContent(part) ?? [unknownContent(part)];
}

/** Providers' cache marks are no content. */
function unknownContent({ type = "part", cache_control: _, ...rest }: ContentPart): Content {
  return textOf(labelled(type, rest));
}

function stringMember(value: unknown, key: string): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const member: unknown = Reflect.get(value, key);
  return typeof member === "string" ? member : undefined;
}
