import { quote, RegistryError } from "../errors.ts";
import type { ChatMessage, Template } from "../types.ts";
import type { Rendered, RenderedMessage } from "./rendered.ts";
import type { Renderer } from "./renderer.ts";
import { mapPart } from "./strings.ts";

/** A template that was filled in, and the variables that had no value. */
export interface Filled {
  readonly rendered: Rendered;
  /** In order of first appearance. */
  readonly missing: readonly string[];
}

/** Fills in every text of a template. @throws RegistryError `unreadable`, or as the renderer does */
export function fillTemplate(template: Template, renderer: Renderer): Filled {
  if (template.kind === "unreadable") {
    throw new RegistryError(
      "unreadable",
      `The template cannot be rendered: ${template.problem}. Register a new version with a template that can.`,
    );
  }
  const rendered: Rendered =
    template.kind === "text"
      ? { kind: "text", text: renderer.render(template.text) }
      : { kind: "chat", messages: template.messages.map((it) => fillMessage(it, renderer)) };
  return { rendered, missing: renderer.missing() };
}

/**
 * What was filled in, if it needs no more.
 * @throws RegistryError `invalid` naming all the variables without a value, if there are any
 */
export function complete(
  { rendered, missing }: Filled,
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
