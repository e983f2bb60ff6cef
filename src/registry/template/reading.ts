import { certainFailure } from "./jinja/analysis/certain-failure.ts";
import { jinjaParameters } from "./jinja/analysis/parameters.ts";
import { parseJinja } from "./jinja/parse/parse.ts";
import { describeProblem, JinjaProblem } from "./jinja/problem.ts";
import { mustacheParameters } from "./mustache/parameters.ts";
import { MustacheProblem, type MustacheSpan, parseMustache } from "./mustache/parse.ts";
import type { TemplateParameter } from "./parameters.ts";

/** What a template's syntax says without any values. */
export interface TemplateReading {
  /** The names that take a value, in order of first appearance; absent when it cannot be parsed. */
  readonly parameters?: readonly TemplateParameter[];
  /** Why nobody can fill in the template, without a period; absent when somebody can. */
  readonly problem?: string;
}

/** The running time has no limit. Use a `TemplateEngine`, which limits it. */
export function readTemplate(
  texts: readonly string[],
  syntax: "jinja2" | "mustache",
): TemplateReading {
  return syntax === "jinja2" ? readJinja(texts) : readMustache(texts);
}

function readJinja(texts: readonly string[]): TemplateReading {
  try {
    const bodies = texts.map(parseJinja);
    const parameters = jinjaParameters(bodies);
    const [failure] = bodies.flatMap((body) => certainFailure(body) ?? []);
    if (failure === undefined) return { parameters };
    return { parameters, problem: `its Jinja2 always fails: ${describeProblem(failure)}` };
  } catch (error) {
    if (!(error instanceof JinjaProblem)) throw error;
    const problem = `it contains "{%" and "%}", so it is Jinja2, but it cannot be parsed: ${describeProblem(error)}`;
    return { problem };
  }
}

function readMustache(texts: readonly string[]): TemplateReading {
  try {
    const templates = texts.map(parseMustache);
    const parameters = mustacheParameters(templates);
    const partial = templates.map(certainPartial).find((name) => name !== undefined);
    if (partial === undefined) return { parameters };
    const problem = `it includes the partial "${partial}", but a prompt is a single template`;
    return { parameters, problem };
  } catch (error) {
    if (!(error instanceof MustacheProblem)) throw error;
    const problem = `it is marked as mustache, but it is not valid mustache: ${error.message}`;
    return { problem };
  }
}

/** Returns the name of a partial outside of sections: every rendering reaches it. */
function certainPartial(spans: readonly MustacheSpan[]): string | undefined {
  return spans.find((span) => span.kind === "partial")?.name;
}
