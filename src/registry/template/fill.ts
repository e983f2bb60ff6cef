import { quote, RegistryError } from "../errors.ts";
import type { Template } from "../types.ts";
import type { Rendered } from "./rendered.ts";
import type { Renderer } from "./renderer.ts";
import { mapMessage } from "./strings.ts";

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
  const render = (text: string) => renderer.render(text);
  const rendered: Rendered =
    template.kind === "text"
      ? { kind: "text", text: render(template.text) }
      : { kind: "chat", messages: template.messages.map((it) => mapMessage(it, render)) };
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
