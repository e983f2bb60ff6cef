import type { ReadResourceResult } from "@modelcontextprotocol/server";
import { viewTextsUri, viewUri } from "../session/view-uri.ts";
import { readViewPage, textsIn } from "./view-page.ts";

/**
 * The view as a resource, which needs no other origin, no storage and no permission of the host; or its
 * texts in another language.
 * @returns undefined for a language without texts
 */
export async function readView(uri: string): Promise<ReadResourceResult | undefined> {
  const page = await readViewPage();
  if (uri === viewUri) {
    const _meta = { ui: { csp: {}, prefersBorder: false } };
    return { contents: [{ uri, mimeType: "text/html;profile=mcp-app", text: page.html, _meta }] };
  }
  const text = textsIn(page, uri.slice(viewTextsUri.length));
  return text === undefined
    ? undefined
    : { contents: [{ uri, mimeType: "application/json", text }] };
}
