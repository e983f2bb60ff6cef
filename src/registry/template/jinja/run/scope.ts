import type { Value } from "../values/values.ts";

/**
 * Variables of a part of a template; what is set inside is not seen outside, as in Jinja2. A name
 * that was set to a missing value is known, so that it hides one of the same name further out.
 */
export class VariableScope {
  readonly #variables = new Map<string, Value>();
  readonly #outer: VariableScope | undefined;
  readonly #given: (name: string) => Value;

  /** @param given what names stand for that nothing sets */
  constructor(given: (name: string) => Value, outer?: VariableScope) {
    this.#given = given;
    this.#outer = outer;
  }

  inner(): VariableScope {
    return new VariableScope(this.#given, this);
  }

  set(name: string, value: Value): void {
    this.#variables.set(name, value);
  }

  get(name: string): Value {
    let scope: VariableScope | undefined = this;
    while (scope && !scope.#variables.has(name)) scope = scope.#outer;
    return scope ? scope.#variables.get(name) : this.#given(name);
  }
}
