import { trimTrailing } from "../registry/text/trim-end.ts";

/** The decoded content of a `data:` URL. */
export interface InlineData {
  /** Type and subtype in lower case, without parameters; `text/plain` when the URL has none. */
  readonly mimeType: string;
  /** Base64 with padding, not empty. */
  readonly data: string;
}

/**
 * Parses a `data:` URL (RFC 2397) with base64 or percent-encoded text. Returns undefined for any
 * other URL, for a URL without data, and for invalid base64.
 */
export function parseDataUrl(url: string): InlineData | undefined {
  const [, head, body] = /^\s*data:([^,]*),(.*)$/is.exec(url) ?? [];
  if (head === undefined || body === undefined) return undefined;
  const [type = "", ...parameters] = head.split(";").map((part) => part.trim().toLowerCase());
  const bytes = percentDecoded(body);
  const isBase64 = parameters.includes("base64");
  const data = isBase64 ? base64(bytes.toString("latin1")) : bytes.toString("base64");
  if (data === undefined || data === "") return undefined;
  return { mimeType: type.includes("/") ? type : "text/plain", data };
}

/**
 * Normalizes base64 to the alphabet with `+` and `/`, with padding: MCP clients refuse a whole
 * response that contains anything else. Returns undefined for invalid base64.
 */
export function base64(text: string): string | undefined {
  const digits = text.replace(/\s+/g, "");
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(digits)) return undefined;
  if (trimTrailing(digits, "=").length % 4 === 1) return undefined;
  return Buffer.from(digits, "base64").toString("base64");
}

/** Decodes percent escapes to bytes, and encodes all other characters in UTF-8. */
function percentDecoded(text: string): Buffer {
  const bytes = Buffer.from(text, "utf8").toString("latin1");
  const decoded = bytes.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(decoded, "latin1");
}
