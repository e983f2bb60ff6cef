import type { Value } from "../values/values.ts";

/**
 * Variables of a part of a template. As in Jinja2, an assignment inside a scope does not change the
 * outer scope. A name assigned a missing value still hides a variable of the outer scope.
 */
export class VariableScope {
  readonly #variables = new Map<string, Value>();
  readonly #outer: VariableScope | undefined;
  readonly #given: (name: string) => Value;

  /** @param given returns the value of a name that the template does not assign */
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
