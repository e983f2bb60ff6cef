import type { TemplateSpans } from "mustache";
import { quote, RegistryError } from "../errors.ts";
import type { JsonValue } from "../types.ts";
import { Budget } from "./budget.ts";
import type { TemplateParameter } from "./parameters.ts";
import type { Renderer, Values } from "./renderer.ts";
import { spelled } from "./strings.ts";

type Mustache = typeof import("mustache");

/** The values in scope, the innermost first. */
type Scope = readonly JsonValue[];

/**
 * Renders mustache: sections, inverted sections, comments, changed delimiters. Nothing is escaped
 * for HTML, values are data and never functions, and there are no partials. A dotted name is looked
 * up as it stands, as MLflow does, before it is taken for a path.
 *
 * The library parses; the walk over what it finds is here because its own lookup reaches
 * JavaScript's prototypes and a missing variable passes it unseen.
 */
export async function mustacheRenderer(
  values: Values,
  options: { readonly allowPartial?: boolean },
): Promise<Renderer> {
  const mustache = await import("mustache");
  const budget = new Budget();
  const missing = new Set<string>();

  function renderSpans(spans: TemplateSpans, scope: Scope, source: string): string {
    return spans.map((span) => renderSpan(span, scope, source)).join("");
  }

  function renderSpan(span: TemplateSpans[number], scope: Scope, source: string): string {
    budget.step();
    const [type, name] = span;
    if (type === "text") return counted(name);
    if (type === "name" || type === "&") return counted(renderVariable(span, scope, source));
    if (type === ">") throw noPartials(name);
    const inner = span[4];
    if (!Array.isArray(inner)) return "";
    const value = lookup(name, scope);
    if (type === "^") return isFalsy(value) ? renderSpans(inner, scope, source) : "";
    return sectionScopes(value, scope)
      .map((section) => renderSpans(inner, section, source))
      .join("");
  }

  function renderVariable(span: TemplateSpans[number], scope: Scope, source: string): string {
    const [, name, start, end] = span;
    const value = lookup(name, scope);
    if (value !== undefined) return value === null ? "" : spelled(value);
    // The members of a list's items are the caller's data: one may lack what another has.
    if (scope.slice(0, -1).some(isObject)) return "";
    missing.add(name);
    return options.allowPartial ? source.slice(start, end) : "";
  }

  function counted(text: string): string {
    budget.text(text.length);
    return text;
  }

  return {
    render(text) {
      return renderSpans(parseMustache(mustache, text), [values], text);
    },
    missing: () => [...missing],
  };
}

/**
 * The names in mustache texts, in order of first appearance. Required are variables outside of all
 * sections; whether the others are needed shows when it is rendered. Undefined when a text is no
 * mustache.
 */
export async function mustacheParameters(
  texts: readonly string[],
): Promise<readonly TemplateParameter[] | undefined> {
  const mustache = await import("mustache");
  const required = new Map<string, boolean>();
  function visit(spans: TemplateSpans, isOutermost: boolean): void {
    for (const [type, name, , , inner] of spans) {
      const isVariable = type === "name" || type === "&";
      if (name !== "." && (isVariable || type === "#" || type === "^")) {
        required.set(name, required.get(name) || (isVariable && isOutermost));
      }
      if (Array.isArray(inner)) visit(inner, false);
    }
  }
  try {
    for (const text of texts) visit(parseMustache(mustache, text), true);
  } catch (error) {
    if (error instanceof RegistryError) return undefined;
    throw error;
  }
  return Array.from(required, ([name, required]) => ({ name, required }));
}

/**
 * A writer of its own for every text: the library's shared one keeps all it ever parsed.
 * @throws RegistryError `unreadable`
 */
export function parseMustache({ default: { Writer } }: Mustache, text: string): TemplateSpans {
  try {
    return new Writer().parse(text);
  } catch (error) {
    throw new RegistryError(
      "unreadable",
      `The template is marked as mustache and cannot be read as that: ${error instanceof Error ? error.message : String(error)}.`,
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
  if (!isObject(view) || !Object.hasOwn(view, name)) return undefined;
  return view[name];
}

function isObject(value: JsonValue): value is { [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isFalsy(value: JsonValue | undefined): boolean {
  return !value || (Array.isArray(value) && value.length === 0);
}

/** The scope of each time a section is shown. */
function sectionScopes(value: JsonValue | undefined, scope: Scope): readonly Scope[] {
  if (!value) return [];
  if (Array.isArray(value)) return value.map((item) => [item, ...scope]);
  return value === true ? [scope] : [[value, ...scope]];
}

function noPartials(name: string): RegistryError {
  return new RegistryError(
    "invalid",
    `The template includes the partial ${quote(name)}, and partials are not supported. Put its text into the template.`,
  );
}
