/** A node of a Jinja2 template's syntax tree. Lines count from 1. */
export type Statement = Text | Print | FilterBlock | If | For | Set | Macro | CallBlock | With;

export type Body = readonly Statement[];

/** Text between tags. */
export interface Text {
  readonly kind: "text";
  readonly text: string;
  readonly line: number;
}

export interface Print {
  readonly kind: "print";
  readonly value: Expression;
  readonly line: number;
}

/** `{% filter name %}body{% endfilter %}`: the value is the filtered text, and must be a text. */
export interface FilterBlock {
  readonly kind: "filter block";
  readonly value: Expression;
  readonly line: number;
}

/** `if` and every `elif` in order, and `else`. */
export interface If {
  readonly kind: "if";
  readonly branches: readonly Branch[];
  readonly otherwise: Body;
  readonly line: number;
}

export interface Branch {
  readonly condition: Expression;
  readonly body: Body;
  readonly line: number;
}

export interface For {
  readonly kind: "for";
  readonly target: Target;
  readonly items: Expression;
  readonly condition: Expression | undefined;
  readonly recursive: boolean;
  readonly body: Body;
  readonly otherwise: Body;
  readonly line: number;
}

export interface Set {
  readonly kind: "set";
  readonly target: Target;
  readonly value: Expression;
  readonly line: number;
}

export interface Macro {
  readonly kind: "macro";
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: Body;
  readonly line: number;
}

export interface Parameter {
  readonly name: string;
  readonly fallback: Expression | undefined;
}

/** `{% call(parameters) macro() %}body{% endcall %}` */
export interface CallBlock {
  readonly kind: "call block";
  readonly call: Call;
  readonly parameters: readonly Parameter[];
  readonly body: Body;
  readonly line: number;
}

export interface With {
  readonly kind: "with";
  readonly bindings: readonly Binding[];
  readonly body: Body;
  readonly line: number;
}

export interface Binding {
  readonly target: Target;
  readonly value: Expression;
}

/** The target of an assignment: a name, an attribute of a `namespace()`, or several targets. */
export type Target =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "attribute"; readonly name: string; readonly attribute: string }
  | { readonly kind: "targets"; readonly items: readonly Target[] };

export type Expression =
  | Constant
  | Name
  | { readonly kind: "list" | "tuple"; readonly items: readonly Expression[] }
  | { readonly kind: "dict"; readonly pairs: readonly Pair[] }
  | Member
  | Slice
  | Call
  | Filter
  | Test
  | { readonly kind: "not"; readonly value: Expression }
  | { readonly kind: "and" | "or"; readonly left: Expression; readonly right: Expression }
  | Conditional
  | { readonly kind: "sign"; readonly sign: "+" | "-"; readonly value: Expression }
  | Binary
  | Compare
  | Capture;

export interface Constant {
  readonly kind: "constant";
  /** A bigint is an `int`, and a number is a `float`. */
  readonly value: string | bigint | number | boolean | null;
}

export interface Name {
  readonly kind: "name";
  readonly name: string;
}

export interface Pair {
  readonly key: Expression;
  readonly value: Expression;
}

/** `target.key`, where methods take precedence over members of a dict, or `target[key]`. */
export interface Member {
  readonly kind: "member";
  readonly target: Expression;
  readonly key: Expression;
  readonly dotted: boolean;
}

export interface Slice {
  readonly kind: "slice";
  readonly target: Expression;
  readonly start: Expression | undefined;
  readonly stop: Expression | undefined;
  readonly step: Expression | undefined;
}

export interface Call {
  readonly kind: "call";
  readonly target: Expression;
  readonly args: Arguments;
}

export interface Filter {
  readonly kind: "filter";
  readonly value: Expression;
  readonly name: string;
  readonly args: Arguments;
}

export interface Test {
  readonly kind: "test";
  readonly value: Expression;
  readonly name: string;
  readonly args: Arguments;
}

/** `a, b, name=c, *spread, **spreadNamed` */
export interface Arguments {
  readonly positional: readonly Expression[];
  readonly named: readonly { readonly name: string; readonly value: Expression }[];
  readonly spread: Expression | undefined;
  readonly spreadNamed: Expression | undefined;
}

export interface Conditional {
  readonly kind: "conditional";
  readonly condition: Expression;
  readonly whenTrue: Expression;
  readonly whenFalse: Expression | undefined;
}

export interface Binary {
  readonly kind: "binary";
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

export type BinaryOperator = "+" | "-" | "~" | "*" | "/" | "//" | "%" | "**";

/** `first < a == b`: each operator compares its neighbours. */
export interface Compare {
  readonly kind: "compare";
  readonly first: Expression;
  readonly rest: readonly Comparison[];
}

export interface Comparison {
  readonly operator: CompareOperator;
  readonly value: Expression;
}

export type CompareOperator = "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "not in";

/** The rendered text of a body, as in `{% set x %}body{% endset %}`. */
export interface Capture {
  readonly kind: "capture";
  readonly body: Body;
}

export type Node = Statement | Expression;
