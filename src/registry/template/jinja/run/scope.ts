import type { Body } from "../parse/ast.ts";
import type { Value } from "../values/values.ts";
import { frameNames } from "./frame-names.ts";

/**
 * Variables of a part of a template. As in Jinja2, an assignment inside a scope does not change the
 * outer scope. A name assigned a missing value still hides a variable of the outer scope.
 */
export class VariableScope {
  readonly #variables = new Map<string, Value>();
  readonly #outer: VariableScope | undefined;
  readonly #given: (name: string) => Value;
  readonly #body: Body;

  /**
   * @param given returns the value of a name that the template does not assign
   * @param body the statements that run in this scope
   */
  constructor(given: (name: string) => Value, body: Body, outer?: VariableScope) {
    this.#given = given;
    this.#outer = outer;
    this.#body = body;
    for (const name of frameNames(body).assignedFirst) {
      if (outer === undefined || !outer.#knows(name)) this.#variables.set(name, undefined);
    }
  }

  inner(body: Body): VariableScope {
    return new VariableScope(this.#given, body, this);
  }

  set(name: string, value: Value): void {
    this.#variables.set(name, value);
  }

  get(name: string): Value {
    let scope: VariableScope | undefined = this;
    while (scope && !scope.#variables.has(name)) scope = scope.#outer;
    return scope ? scope.#variables.get(name) : this.#given(name);
  }

  /** Whether a frame out to the outermost one has the name. */
  #knows(name: string): boolean {
    let scope: VariableScope | undefined = this;
    for (; scope; scope = scope.#outer) {
      if (scope.#variables.has(name) || frameNames(scope.#body).has(name)) return true;
    }
    return false;
  }
}
