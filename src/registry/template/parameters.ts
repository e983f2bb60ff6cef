/** A name that a template takes a value for. */
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
