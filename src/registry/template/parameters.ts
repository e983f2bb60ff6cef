/**
 * What a value must be. Only a template can have the last three:
 *
 * - `section`: what a mustache section takes that reads names: a flag, a list, an object or a text
 * - `items`: what a mustache section takes that reads `.`: a list, an object or a text
 * - `messages`: chat messages
 */
export type ArgumentType =
  | "string"
  | "boolean"
  | "number"
  | "array"
  | "object"
  | "section"
  | "items"
  | "messages";

/** A name that a template takes a value for. */
export interface TemplateParameter {
  readonly name: string;
  readonly required: boolean;
  /** What the template uses the value as; absent where it may be a text. */
  readonly type?: ArgumentType;
}

export function parametersOf(
  names: readonly string[],
  required: boolean,
): readonly TemplateParameter[] {
  return names.map((name) => ({ name, required }));
}
