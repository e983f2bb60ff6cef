import type { Argument } from "./known.ts";

/** What people typed or chose, by variable: texts as fields have them. */
export type Values = Readonly<Record<string, string | boolean>>;

export function isCheckbox({ type }: Argument): boolean {
  return type === "boolean";
}

/** Whether a required variable has no value yet. */
export function isMissing(argument: Argument, values: Values): boolean {
  const { name, required, default_value } = argument;
  return required && default_value === undefined && !isCheckbox(argument) && !textOf(values, name);
}

export function textOf(values: Values, name: string): string {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  return typeof value === "string" ? value : "";
}

export function isChecked({ name, default_value }: Argument, values: Values): boolean {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  return typeof value === "boolean" ? value : default_value === "true";
}

/** The values that the server is given. An empty field gives none. */
export function givenValues(
  args: readonly Argument[],
  values: Values,
): Record<string, string | boolean> {
  const given = args.map((argument): readonly [string, string | boolean] => [
    argument.name,
    isCheckbox(argument) ? isChecked(argument, values) : textOf(values, argument.name),
  ]);
  return Object.fromEntries(given.filter(([, value]) => value !== ""));
}

/**
 * The values with those of an example. What the example does not have stays.
 * @param example texts by variable, as `list_examples` gives them
 * @returns also the variables that had another value, which people may want back
 */
export function withExample(
  args: readonly Argument[],
  values: Values,
  example: Readonly<Record<string, string>>,
): { readonly values: Values; readonly replaced: readonly string[] } {
  const taken = args.filter(({ name }) => Object.hasOwn(example, name));
  const next = taken.map((argument): readonly [string, string | boolean] => {
    const text = example[argument.name] ?? "";
    return [argument.name, isCheckbox(argument) ? text === "true" : text];
  });
  const replaced = next.filter(
    ([name, value]) => Object.hasOwn(values, name) && values[name] !== "" && values[name] !== value,
  );
  return {
    values: { ...values, ...Object.fromEntries(next) },
    replaced: replaced.map(([name]) => name),
  };
}

/** The values as they were before an example. What the example does not have stays as it is now. */
export function withoutExample(
  values: Values,
  before: Values,
  example: Readonly<Record<string, string>>,
): Values {
  const isOfExample = ([name]: readonly [string, unknown]) => Object.hasOwn(example, name);
  return Object.fromEntries([
    ...Object.entries(values).filter((entry) => !isOfExample(entry)),
    ...Object.entries(before).filter(isOfExample),
  ]);
}
