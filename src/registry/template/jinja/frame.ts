import type { Value } from "./values.ts";

/**
 * Variables of a part of a template; what is set inside is not seen outside, as in Jinja2. A name
 * that was set to a missing value is known, so that it hides one of the same name further out.
 */
export class Frame {
  readonly #variables = new Map<string, Value>();
  /** True for the frame of the template itself. */
  topLevel = false;

  constructor(readonly parent?: Frame) {}

  push(): Frame {
    return new Frame(this);
  }

  pop(): Frame | undefined {
    return this.parent;
  }

  set(name: string, value: Value): void {
    this.#variables.set(name, value);
  }

  /** The frame that knows the name, from the inside out. */
  owner(name: string): Frame | undefined {
    return this.#variables.has(name) ? this : this.parent?.owner(name);
  }

  get(name: string): Value {
    return this.#variables.get(name);
  }
}
