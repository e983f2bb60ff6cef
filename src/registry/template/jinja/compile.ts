import type { Compiler as NunjucksCompiler } from "nunjucks/src/compiler.js";
import type { Node } from "nunjucks/src/nodes.js";
import type { Frame as CompilerFrame } from "nunjucks/src/runtime.js";
import type { Frame } from "./frame.ts";
import { iterated, nameOf, namesOf, optionalPart, part, parts } from "./nodes.ts";
import type { Nunjucks } from "./nunjucks.ts";
import { renderingProblem } from "./problem.ts";
import type { Runtime } from "./runtime.ts";

/** A compiled template. All it can reach is what it is called with. */
export interface CompiledTemplate {
  root(
    env: unknown,
    context: unknown,
    frame: Frame,
    runtime: Runtime,
    done: (error: unknown, text?: string) => void,
  ): void;
}

const constants: ReadonlyMap<string, string> = new Map([
  ["True", "true"],
  ["False", "false"],
  ["None", "null"],
]);

/** Operators of one rank, which nunjucks nests by operator and Jinja2 takes from left to right. */
const products: ReadonlyMap<string, string> = new Map([
  ["Mul", "*"],
  ["Div", "/"],
  ["FloorDiv", "//"],
  ["Mod", "%"],
]);

/**
 * Compiles a checked syntax tree with nunjucks' compiler, where every operation is a call of our
 * runtime: nunjucks' own are JavaScript's, with its prototypes and its truth of empty lists.
 */
export function compileJinja({ Compiler }: Nunjucks, root: Node): CompiledTemplate {
  const compiler = new (jinjaCompiler(Compiler))("prompt", false);
  compiler.compile(root);
  return new Function(compiler.getCode())();
}

function jinjaCompiler(Compiler: typeof NunjucksCompiler): typeof NunjucksCompiler {
  return class extends Compiler {
    compileSymbol(node: Node): void {
      const name = nameOf(node);
      this._emit(constants.get(name) ?? `runtime.lookup(frame, context, ${quoted(name)})`);
    }

    compileLiteral(node: Node): void {
      this._emit(quoted(node.value));
    }

    /** Parentheses, or a tuple, which is a list here. */
    compileGroup(node: Node, frame: CompilerFrame): void {
      const [open, close] = parts(node).length === 1 ? ["(", ")"] : ["[", "]"];
      this._compileAggregate(node, frame, open, close);
    }

    compileDict(node: Node, frame: CompilerFrame): void {
      this.#emitPairs("dict", node, (key) => this.compile(key, frame), frame);
    }

    compileKeywordArgs(node: Node, frame: CompilerFrame): void {
      this.#emitPairs("keywords", node, (key) => this._emit(quoted(nameOf(key))), frame);
    }

    compileLookupVal(node: Node, frame: CompilerFrame): void {
      const target = part(node, "target");
      this.#emitCall("member", [target, part(node, "val")], frame, quoted(described(target)));
    }

    compileFunCall(node: Node, frame: CompilerFrame): void {
      const name = part(node, "name");
      this.#emitCall("call", [name], frame, quoted(described(name)), part(node, "args"));
    }

    compileFilter(node: Node, frame: CompilerFrame): void {
      this.#emitCall("filter", [], frame, quoted(nameOf(part(node, "name"))), part(node, "args"));
    }

    compileIs(node: Node, frame: CompilerFrame): void {
      const right = part(node, "right");
      const test = right.typename === "FunCall" ? part(right, "name") : right;
      if (test.typename !== "Symbol" && test.typename !== "Literal") {
        throw renderingProblem('the name of a test must follow "is"', node.lineno + 1);
      }
      const name = test.value === null ? "none" : nameOf(test);
      this.#emitCall(
        "test",
        [part(node, "left")],
        frame,
        quoted(name),
        optionalPart(right, "args"),
      );
    }

    compileInlineIf(node: Node, frame: CompilerFrame): void {
      this._emit("(");
      this.#emitTruth(part(node, "cond"), frame);
      this._emit(" ? ");
      this.compile(part(node, "body"), frame);
      this._emit(" : ");
      const otherwise = optionalPart(node, "else_");
      if (otherwise) this.compile(otherwise, frame);
      this._emit(otherwise ? ")" : "undefined)");
    }

    compileNot(node: Node, frame: CompilerFrame): void {
      this._emit("!");
      this.#emitTruth(part(node, "target"), frame);
    }

    compileOr = (node: Node, frame: CompilerFrame) => this.#emitLazy("or", node, frame);
    compileAnd = (node: Node, frame: CompilerFrame) => this.#emitLazy("and", node, frame);
    compileAdd = (node: Node, frame: CompilerFrame) => this.#emitOperator("+", node, frame);
    compileSub = (node: Node, frame: CompilerFrame) => this.#emitOperator("-", node, frame);
    compilePow = (node: Node, frame: CompilerFrame) => this.#emitOperator("**", node, frame);
    compileConcat = (node: Node, frame: CompilerFrame) => this.#emitOperator("~", node, frame);
    compileIn = (node: Node, frame: CompilerFrame) => this.#emitOperator("in", node, frame);
    compileMul = (node: Node, frame: CompilerFrame) => this.#emitProduct(node, frame);
    compileDiv = (node: Node, frame: CompilerFrame) => this.#emitProduct(node, frame);
    compileFloorDiv = (node: Node, frame: CompilerFrame) => this.#emitProduct(node, frame);
    compileMod = (node: Node, frame: CompilerFrame) => this.#emitProduct(node, frame);

    compileNeg(node: Node, frame: CompilerFrame): void {
      this.#emitCall("negative", [part(node, "target")], frame);
    }

    compilePos(node: Node, frame: CompilerFrame): void {
      this.compile(part(node, "target"), frame);
    }

    compileCompare(node: Node, frame: CompilerFrame): void {
      const operands = parts(node, "ops");
      const operators = operands.map((operand) => operand.type);
      const values = [part(node, "expr"), ...operands.map((operand) => part(operand, "expr"))];
      this.#emitCall("compare", values, frame, JSON.stringify(operators));
    }

    compileOutput(node: Node, frame: CompilerFrame): void {
      for (const child of parts(node)) {
        this._emit(`lineno = ${node.lineno};\n${this.buffer} += `);
        this.#emitCall(child.typename === "TemplateData" ? "data" : "print", [child], frame);
        this._emit(";\n");
      }
    }

    compileIf(node: Node, frame: CompilerFrame): void {
      this._emit(`lineno = ${node.lineno};\nif (`);
      this.#emitTruth(part(node, "cond"), frame);
      this._emit(") {\n");
      this.#emitBody(part(node, "body"), frame);
      const otherwise = optionalPart(node, "else_");
      if (otherwise) {
        this._emit("} else {\n");
        this.#emitBody(otherwise, frame);
      }
      this._emit("}\n");
    }

    compileFor(node: Node, outer: CompilerFrame): void {
      const [list, index] = [this._tmpid(), this._tmpid()];
      const frame = outer.push(true);
      const names = JSON.stringify(namesOf([part(node, "name")]));
      const { items, condition } = iterated(node);
      this._emit(`lineno = ${node.lineno};\nvar ${list} = `);
      this.#emitCall("iterate", [items], outer);
      this._emit(";\n");
      if (condition) {
        this._emit(`${list} = ${list}.filter(function (item) {\n`);
        this._emit(`frame = frame.push(true);\nruntime.bind(frame, ${names}, item);\nvar keep = `);
        this.#emitTruth(condition, frame);
        this._emit(";\nframe = frame.pop();\nreturn keep;\n});\n");
      }
      this._emit(`for (var ${index} = 0; ${index} < ${list}.length; ${index}++) {\n`);
      this._emit(`frame = frame.push(true);\nruntime.bind(frame, ${names}, ${list}[${index}]);\n`);
      this._emit(`frame.set("loop", runtime.loop(${list}, ${index}));\n`);
      this.#emitBody(part(node, "body"), frame);
      this._emit("frame = frame.pop();\n}\n");
      const otherwise = optionalPart(node, "else_");
      if (!otherwise) return;
      this._emit(`if (${list}.length === 0) {\n`);
      this.#emitBody(otherwise, outer);
      this._emit("}\n");
    }

    compileSet(node: Node, frame: CompilerFrame): void {
      const targets = parts(node, "targets");
      const value = optionalPart(node, "value") ?? part(node, "body");
      this._emit(`lineno = ${node.lineno};\n`);
      const [first] = targets;
      if (first?.typename === "LookupVal") {
        this.#emitCall("setMember", [part(first, "target"), part(first, "val"), value], frame);
      } else {
        const names = JSON.stringify(namesOf(targets));
        this.#emitCall("assign", [value], frame, `frame, context, ${names}`);
      }
      this._emit(";\n");
    }

    /** `runtime.name(extra, value, value, [args])` */
    #emitCall(
      name: keyof Runtime,
      values: readonly Node[],
      frame: CompilerFrame,
      extra?: string,
      args?: Node,
    ): void {
      this._emit(`runtime.${name}(${extra ?? ""}`);
      for (const [index, value] of values.entries()) {
        if (index > 0 || extra !== undefined) this._emit(", ");
        this.compile(value, frame);
      }
      if (args) {
        this._emit(", ");
        this._compileAggregate(args, frame, "[", "]");
      }
      this._emit(")");
    }

    #emitTruth(node: Node, frame: CompilerFrame): void {
      this.#emitCall("truth", [node], frame);
    }

    #emitOperator(operator: string, node: Node, frame: CompilerFrame): void {
      const operands = [part(node, "left"), part(node, "right")];
      this.#emitCall("operate", operands, frame, quoted(operator));
    }

    #emitProduct(node: Node, frame: CompilerFrame): void {
      const { first, rest } = factors(node);
      // The last operator is the outermost.
      const opened = rest.map(({ operator }) => `runtime.operate(${quoted(operator)}, `).reverse();
      this._emit(opened.join(""));
      this.compile(first, frame);
      for (const { operand } of rest) {
        this._emit(", ");
        this.compile(operand, frame);
        this._emit(")");
      }
    }

    #emitLazy(name: "or" | "and", node: Node, frame: CompilerFrame): void {
      this.#emitCall(name, [part(node, "left")], frame);
      this._emit("(function () { return ");
      this.compile(part(node, "right"), frame);
      this._emit("; })");
    }

    #emitPairs(
      name: "dict" | "keywords",
      node: Node,
      emitKey: (key: Node) => void,
      frame: CompilerFrame,
    ): void {
      this._emit(`runtime.${name}([`);
      for (const pair of parts(node)) {
        this._emit("[");
        emitKey(part(pair, "key"));
        this._emit(", ");
        this.compile(part(pair, "value"), frame);
        this._emit("], ");
      }
      this._emit("])");
    }

    #emitBody(body: Node, frame: CompilerFrame): void {
      this._withScopedSyntax(() => this.compile(body, frame));
    }
  };
}

interface Factors {
  readonly first: Node;
  readonly rest: readonly { readonly operator: string; readonly operand: Node }[];
}

/** The operands of a product in the order they are written. */
function factors(node: Node): Factors {
  const operator = products.get(node.typename);
  if (operator === undefined) return { first: node, rest: [] };
  const left = factors(part(node, "left"));
  const right = factors(part(node, "right"));
  return {
    first: left.first,
    rest: [...left.rest, { operator, operand: right.first }, ...right.rest],
  };
}

/** JSON is JavaScript: what is quoted so cannot leave its quotes. */
function quoted(value: unknown): string {
  return JSON.stringify(value);
}

/** How a message names what an expression is about. */
function described(node: Node): string {
  if (node.typename === "Symbol") return nameOf(node);
  if (node.typename !== "LookupVal") return "the value";
  return `${described(part(node, "target"))}.${String(part(node, "val").value)}`;
}
