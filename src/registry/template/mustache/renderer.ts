import { LosslessNumber } from "lossless-json";
import { quote, RegistryError } from "../../errors.ts";
import { isJsonObject, type JsonValue } from "../../json.ts";
import { Budget } from "../budget.ts";
import type { Renderer, Values } from "../renderer.ts";
import { formatValue } from "../strings.ts";
import {
  MustacheProblem,
  type MustacheSection,
  type MustacheSpan,
  parseMustache,
} from "./parse.ts";

/** The values in scope, innermost first. */
type Scope = readonly JsonValue[];

/**
 * Renders mustache with sections, inverted sections, comments and changes of delimiters. It does not
 * escape HTML, does not call functions and refuses partials. It looks up a dotted name literally, as
 * MLflow does, before it treats it as a path.
 */
export function mustacheRenderer(
  values: Values,
  options: { readonly allowPartial?: boolean },
): Renderer {
  const budget = new Budget();
  const missing = new Set<string>();

  function renderSpans(spans: readonly MustacheSpan[], scope: Scope): string {
    return spans.map((span) => renderSpan(span, scope)).join("");
  }

  function renderSpan(span: MustacheSpan, scope: Scope): string {
    budget.step();
    switch (span.kind) {
      case "text":
        return counted(span.text);
      case "variable":
        return counted(renderVariable(span.name, span.source, scope));
      case "partial":
        throw noPartials(span.name);
      case "section":
        return renderSection(span, scope);
    }
  }

  function renderSection({ name, inverted, inner }: MustacheSection, scope: Scope): string {
    const value = lookup(name, scope);
    if (inverted) return isFalsy(value) ? renderSpans(inner, scope) : "";
    return sectionScopes(value, scope)
      .map((section) => renderSpans(inner, section))
      .join("");
  }

  function renderVariable(name: string, source: string, scope: Scope): string {
    const value = lookup(name, scope);
    if (value !== undefined) return value === null ? "" : formatValue(value);
    // Items of a list are the caller's data: one item may lack a member that another has.
    if (scope.slice(0, -1).some(isJsonObject)) return "";
    missing.add(name);
    return options.allowPartial ? source : "";
  }

  function counted(text: string): string {
    budget.text(text.length);
    return text;
  }

  return {
    render: (text) => renderSpans(parsed(text), [values]),
    missing: () => [...missing],
  };
}

/** @throws RegistryError `unreadable` */
function parsed(text: string): readonly MustacheSpan[] {
  try {
    return parseMustache(text);
  } catch (error) {
    if (!(error instanceof MustacheProblem)) throw error;
    throw new RegistryError(
      "unreadable",
      `The template is marked as mustache but cannot be parsed as mustache: ${error.message}. Register a corrected version.`,
      {},
      { cause: error },
    );
  }
}

function lookup(name: string, scope: Scope): JsonValue | undefined {
  if (name === ".") return scope[0];
  for (const view of scope) {
    const value = member(view, name) ?? memberAt(view, name.split("."));
    if (value !== undefined) return value;
  }
  return undefined;
}

function memberAt(view: JsonValue, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = view;
  for (const name of path) value = value === undefined ? undefined : member(value, name);
  return value;
}

function member(view: JsonValue, name: string): JsonValue | undefined {
  if (!isJsonObject(view) || !Object.hasOwn(view, name)) return undefined;
  return view[name];
}

function isFalsy(value: JsonValue | undefined): boolean {
  if (value instanceof LosslessNumber) return Number(value.value) === 0;
  return !value || (Array.isArray(value) && value.length === 0);
}

/** Returns one scope for each time the section is rendered. */
function sectionScopes(value: JsonValue | undefined, scope: Scope): readonly Scope[] {
  if (isFalsy(value) || value === undefined) return [];
  if (Array.isArray(value)) return value.map((item) => [item, ...scope]);
  return value === true ? [scope] : [[value, ...scope]];
}

function noPartials(name: string): RegistryError {
  return new RegistryError(
    "invalid",
    `The template includes the partial ${quote(name)}, but partials are not supported. Put its text into the template.`,
  );
}
