import { syntaxOf, type TemplateOptions } from "../template/syntax.ts";
import type { WritableTemplate } from "../types.ts";
import { contradictions } from "./contradictions.ts";
import { injections } from "./injection.ts";
import { fixedTokens, lengthAgainstCost } from "./length.ts";
import { promptTexts } from "./prompt-text.ts";
import { maxOfRule, type Suggestion, type SuggestionRule } from "./suggestion.ts";
import { aboutTask } from "./task.ts";
import { type ReviewedVariable, unexplainedVariables } from "./variables.ts";

/** What the rules read of a version. */
export interface Reviewed extends TemplateOptions {
  readonly template: WritableTemplate;
  readonly variables: readonly ReviewedVariable[];
  readonly hasResponseFormat: boolean;
}

export interface Review {
  /** In the order of the rules, at most `maxOfRule` of each. */
  readonly suggestions: readonly Suggestion[];
  /** How many more there are. */
  readonly more: number;
  /** The fixed text of the prompt in tokens, by estimate. */
  readonly fixedTokens: number;
}

/**
 * Looks for what makes prompts fail, by rules that would rather miss something than point at what is
 * right. In time linear in the template, but for at most 50 searches of names in it.
 */
export function reviewPrompt({
  template,
  variables,
  hasResponseFormat,
  ...options
}: Reviewed): Review {
  const texts = promptTexts(template, syntaxOf(template, options));
  const all = [
    ...contradictions(texts),
    ...injections(texts),
    ...unexplainedVariables(texts, variables),
    ...aboutTask(texts, { hasResponseFormat }),
    ...lengthAgainstCost(texts),
  ];
  const counts = new Map<SuggestionRule, number>();
  const suggestions = all.filter(({ rule }) => {
    const count = (counts.get(rule) ?? 0) + 1;
    counts.set(rule, count);
    return count <= maxOfRule;
  });
  return { suggestions, more: all.length - suggestions.length, fixedTokens: fixedTokens(texts) };
}
