import { quote, RegistryError } from "../errors.ts";
import type { ChatMessage, Template } from "../types.ts";
import type { Rendered, RenderedMessage } from "./rendered.ts";
import type { Renderer } from "./renderer.ts";
import { mapPart } from "./strings.ts";

/** A rendered template, and the variables without a value. */
export interface FillResult {
  readonly rendered: Rendered;
  /** In order of first appearance. */
  readonly missing: readonly string[];
}

/** Renders every text of a template. @throws RegistryError `unreadable`, or as the renderer does */
export function fillTemplate(template: Template, renderer: Renderer): FillResult {
  if (template.kind === "unreadable") {
    throw new RegistryError(
      "unreadable",
      `The template cannot be rendered: ${template.problem}. Register a new version with a valid template.`,
    );
  }
  const rendered: Rendered =
    template.kind === "text"
      ? { kind: "text", text: renderer.render(template.text) }
      : { kind: "chat", messages: template.messages.map((it) => fillMessage(it, renderer)) };
  return { rendered, missing: renderer.missing() };
}

/** @throws RegistryError `invalid` naming all variables without a value, unless `allowPartial` */
export function requireComplete(
  { rendered, missing }: FillResult,
  { allowPartial = false }: { readonly allowPartial?: boolean },
): Rendered {
  if (missing.length === 0 || allowPartial) return rendered;
  throw new RegistryError(
    "invalid",
    `The template has no value for ${missing.map(quote).join(", ")}. Give a value for each.`,
  );
}

function fillMessage({ role, content }: ChatMessage, renderer: Renderer): RenderedMessage {
  if (content === undefined || content === null) return { role, content: "" };
  if (typeof content === "string") return { role, content: renderer.render(content) };
  return {
    role,
    content: content.map((part) => mapPart(part, (text) => renderer.render(text))),
  };
}
