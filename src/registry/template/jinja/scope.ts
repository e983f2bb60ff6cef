import type { Value } from "./values.ts";

/**
 * Variables of a part of a template; what is set inside is not seen outside, as in Jinja2. A name
 * that was set to a missing value is known, so that it hides one of the same name further out.
 */
export class Scope {
  readonly #variables = new Map<string, Value>();
  readonly #outer: Scope | undefined;
  readonly #given: (name: string) => Value;

  /** @param given what names stand for that nothing sets */
  constructor(given: (name: string) => Value, outer?: Scope) {
    this.#given = given;
    this.#outer = outer;
  }

  inner(): Scope {
    return new Scope(this.#given, this);
  }

  set(name: string, value: Value): void {
    this.#variables.set(name, value);
  }

  get(name: string): Value {
    let scope: Scope | undefined = this;
    while (scope && !scope.#variables.has(name)) scope = scope.#outer;
    return scope ? scope.#variables.get(name) : this.#given(name);
  }
}
