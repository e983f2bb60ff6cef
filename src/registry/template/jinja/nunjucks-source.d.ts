/** The parts of nunjucks that are used, which its published types leave out. */
declare module "nunjucks/src/nodes.js" {
  export class Node {
    readonly typename: string;
    readonly fields: readonly string[];
    readonly lineno: number;
    /** Of a Literal, a Symbol and TemplateData; a node elsewhere. */
    readonly value?: unknown;
    /** The operator of a CompareOperand. */
    readonly type?: unknown;
    [field: string]: unknown;
  }
  const nodes: { readonly Node: typeof Node };
  export default nodes;
}

declare module "nunjucks/src/parser.js" {
  import type { Node } from "nunjucks/src/nodes.js";

  const parser: { parse(source: string): Node };
  export default parser;
}

declare module "nunjucks/src/compiler.js" {
  import type { Node } from "nunjucks/src/nodes.js";
  import type { Frame } from "nunjucks/src/runtime.js";
  export class Compiler {
    constructor(templateName: string, throwOnUndefined: boolean);
    buffer: string;
    compile(node: Node, frame?: Frame): void;
    getCode(): string;
    _emit(code: string): void;
    _tmpid(): string;
    _withScopedSyntax(write: () => void): void;
    _compileAggregate(node: Node, frame: Frame, start: string, end: string): void;
  }
  const compiler: { readonly Compiler: typeof Compiler };
  export default compiler;
}

declare module "nunjucks/src/runtime.js" {
  /** Names the compiler keeps track of. */
  export class Frame {
    push(isolateWrites: boolean): Frame;
  }
  const runtime: {
    makeMacro<Macro>(names: readonly string[], keywords: readonly string[], body: Macro): Macro;
    makeKeywordArgs(named: object): object;
  };
  export default runtime;
}
