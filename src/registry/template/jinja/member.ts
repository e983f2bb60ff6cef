import type { Budget } from "../budget.ts";
import { CallArguments } from "./call-arguments.ts";
import { methodOf } from "./methods.ts";
import { isKey } from "./operators.ts";
import { renderingProblem } from "./problem.ts";
import { Dict, Group, type Value } from "./values.ts";

/**
 * `target.name` and `target[key]`: a method from our tables, a dict's member, an item of a list or
 * a text. Anything else, whatever JavaScript has under the name, is not there.
 * @throws JinjaProblem when the target itself is not there
 */
export function member(described: string, target: Value, key: Value, budget: Budget): Value {
  if (target === undefined) throw renderingProblem(`'${described}' is undefined`);
  if (typeof key === "number") return itemAt(target, key, budget);
  if (typeof key !== "string")
    return target instanceof Dict && isKey(key) ? target.get(key) : undefined;
  // Jinja2's sandbox knows no name of this kind; what is asked of it then is an error.
  if (key.startsWith("__") && !(target instanceof Dict)) return undefined;
  if (target instanceof Group && key === "grouper") return target[0];
  if (target instanceof Group && key === "list") return target[1];
  const method = methodOf(target, key);
  if (!method) return target instanceof Dict ? target.get(key) : undefined;
  return (...args) => {
    if (typeof target === "string") budget.text(target.length);
    return method(CallArguments.from(`${key}()`, args, budget));
  };
}

function itemAt(target: Value, index: number, budget: Budget): Value {
  if (target instanceof Dict) return target.get(index);
  if (Array.isArray(target)) return target.at(index);
  if (typeof target !== "string") return undefined;
  budget.text(target.length);
  return [...target].at(index);
}
