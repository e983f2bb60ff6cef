/** A name that a template takes a value for, and whether it cannot do without. */
export interface TemplateParameter {
  readonly name: string;
  readonly required: boolean;
}

export function parametersOf(
  names: readonly string[],
  required: boolean,
): readonly TemplateParameter[] {
  return names.map((name) => ({ name, required }));
}
