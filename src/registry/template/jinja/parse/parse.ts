import { renderingProblem } from "../problem.ts";
import type { Body } from "./ast.ts";
import { nodesIn } from "./child-nodes.ts";
import { tokenize } from "./lexer.ts";
import { parseTemplate } from "./parse-statement.ts";
import { TokenStream } from "./token-stream.ts";

/**
 * How deep the tree may be: `a + b + c` stands one node deeper for each `+`. Jinja2 ends at 490 and
 * less. It keeps who walks the tree from running out of stack.
 */
const depthLimit = 500;

/**
 * Reads a Jinja2 template by the grammar of Jinja2 3.1's parser. Takes time that is linear in its
 * length.
 * @throws JinjaProblem for a template that cannot be read, or that has what is not supported
 */
export function parseJinja(template: string): Body {
  const body = parseTemplate(new TokenStream(tokenize(template)));
  for (const { depth, line } of nodesIn(body)) {
    if (depth <= depthLimit) continue;
    const message = `it is nested too deeply: over ${depthLimit} operators in each other`;
    throw renderingProblem(message, line);
  }
  return body;
}
