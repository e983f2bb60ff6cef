import type { Budget } from "../../budget.ts";
import { renderingProblem } from "../problem.ts";
import { pythonText } from "./text.ts";
import { asNumber, type CallArguments, isTrue, type Value } from "./values.ts";

export class GivenArguments implements CallArguments {
  constructor(
    readonly callee: string,
    readonly positional: readonly Value[],
    readonly named: ReadonlyMap<string, Value>,
    readonly budget: Budget,
  ) {}

  after(count: number): CallArguments {
    return new GivenArguments(this.callee, this.positional.slice(count), this.named, this.budget);
  }

  with(name: string, value: Value): CallArguments {
    const named = new Map(this.named).set(name, value);
    return new GivenArguments(this.callee, this.positional, named, this.budget);
  }

  value(index: number, name: string): Value {
    return index < this.positional.length ? this.positional[index] : this.named.get(name);
  }

  optionalText(index: number, name: string): string | undefined {
    const value = this.value(index, name);
    return value === undefined || value === null ? undefined : pythonText(value, this.budget);
  }

  text(index: number, name: string, fallback?: string): string {
    const text = this.optionalText(index, name) ?? fallback;
    if (text !== undefined) return text;
    throw renderingProblem(`${this.callee} needs the argument "${name}"`);
  }

  integer(index: number, name: string, fallback?: number): number {
    const value = this.value(index, name);
    const number = value === undefined ? fallback : asNumber(value);
    if (number !== undefined) return Math.trunc(number);
    throw renderingProblem(`${this.callee} needs a number as "${name}"`);
  }

  flag(index: number, name: string): boolean {
    return isTrue(this.value(index, name));
  }
}
