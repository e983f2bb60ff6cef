import { countOf } from "../../../text/count.ts";
import { memoize } from "../../memoize.ts";
import type { CallBlock, Macro } from "../parse/ast.ts";
import { nodesIn } from "../parse/child-nodes.ts";
import { renderingProblem } from "../problem.ts";
import {
  type CallArguments,
  type Callable,
  Dict,
  JinjaObject,
  tupleOf,
  type Value,
} from "../values/values.ts";
import { evaluate, type Run } from "./evaluate.ts";
import type { VariableScope } from "./scope.ts";

/** Names that a macro defines if its body uses them. */
const special = ["caller", "varargs", "kwargs"] as const;

const specialNamesOf = memoize((macro: Macro | CallBlock): ReadonlySet<string> => {
  const names = new Set<string>(special);
  const read = new Set<string>();
  for (const { node } of nodesIn(macro.body)) {
    if (node.kind === "name" && names.has(node.name)) read.add(node.name);
  }
  for (const { name } of macro.parameters) read.delete(name);
  return read;
});

/**
 * Creates the function for a macro, or for a call block's body, which `caller()` calls. It sees the
 * variables of the scope in which it is defined. As in Jinja2, it refuses unknown arguments.
 */
export function createMacro(
  macro: Macro | CallBlock,
  scope: VariableScope,
  run: Run,
  limited: (callable: Callable) => Callable,
): JinjaObject {
  const call = limited((args) => {
    const inner = scope.inner(macro.body);
    const unmatched = bindParameters(macro, args, inner, run);
    bindSpecial(macro, args.positional.slice(macro.parameters.length), unmatched, inner);
    return run.render(macro.body, inner);
  });
  const read = specialNamesOf(macro);
  const name = macro.kind === "macro" ? macro.name : null;
  const members = new Map<string, Value>([
    ["name", name],
    ["arguments", tupleOf(macro.parameters.map((parameter) => parameter.name))],
    ["catch_kwargs", read.has("kwargs")],
    ["catch_varargs", read.has("varargs")],
    ["caller", read.has("caller")],
  ]);
  return new JinjaObject(members, {
    call,
    text: name === null ? "<Macro anonymous>" : `<Macro '${name}'>`,
  });
}

/** Assigns the parameters. Returns the named arguments without a parameter. */
function bindParameters(
  { parameters }: Macro | CallBlock,
  { positional, named }: CallArguments,
  inner: VariableScope,
  run: Run,
): Map<string, Value> {
  const unmatched = new Map(named);
  for (const [index, { name, fallback }] of parameters.entries()) {
    if (index < positional.length) {
      inner.set(name, positional[index]);
    } else if (unmatched.has(name)) {
      inner.set(name, unmatched.get(name));
      unmatched.delete(name);
    } else {
      inner.set(name, fallback && evaluate(fallback, inner, run));
    }
  }
  return unmatched;
}

function bindSpecial(
  macro: Macro | CallBlock,
  surplus: Value[],
  unmatched: Map<string, Value>,
  inner: VariableScope,
): void {
  const read = specialNamesOf(macro);
  const name = macro.kind === "macro" ? macro.name : "caller";
  if (read.has("caller")) {
    inner.set("caller", unmatched.get("caller"));
    unmatched.delete("caller");
  }
  if (read.has("varargs")) inner.set("varargs", tupleOf(surplus));
  else if (surplus.length > 0) {
    throw renderingProblem(
      `the macro "${name}" takes ${countOf(macro.parameters.length, "argument")} but got more`,
    );
  }
  const [unknown] = unmatched.keys();
  if (read.has("kwargs")) inner.set("kwargs", new Dict(unmatched));
  else if (unknown !== undefined) {
    throw renderingProblem(`the macro "${name}" has no parameter named "${unknown}"`);
  }
}
