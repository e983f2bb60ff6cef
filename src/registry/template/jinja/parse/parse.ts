import { renderingProblem } from "../problem.ts";
import type { Body } from "./ast.ts";
import { nodesIn } from "./child-nodes.ts";
import { tokenize } from "./lexer.ts";
import { parseTemplate } from "./parse-statement.ts";
import { TokenStream } from "./token-stream.ts";

/**
 * Maximum depth of the tree, so that recursive functions do not overflow the stack. Each `+` of
 * `a + b + c` adds one level. Jinja2's own limit is 490 or less.
 */
const depthLimit = 500;

/**
 * Parses a Jinja2 template by the grammar of Jinja2 3.1's parser, in time linear in its length.
 * @throws JinjaProblem for invalid or unsupported syntax
 */
export function parseJinja(template: string): Body {
  const body = parseTemplate(new TokenStream(tokenize(template)));
  for (const { depth, line } of nodesIn(body)) {
    if (depth <= depthLimit) continue;
    const message = `it is nested too deeply: more than ${depthLimit} nested operators`;
    throw renderingProblem(message, line);
  }
  return body;
}
