import type { JsonValue } from "../json.ts";
import type { JinjaLogic } from "../template/jinja/analysis/logic.ts";
import type { SectionNeed } from "../template/mustache/section-needs.ts";
import type { TemplateSyntax } from "../template/syntax.ts";
import type { Template } from "../types.ts";
import type { PromptArgument } from "./arguments.ts";

/**
 * What callers of a version depend on: which values it accepts in `prompts/get` (`fillPrompt` with
 * `strict`), and the form of the result.
 */
export interface Contract {
  /** Its kind, text or chat, is part of the contract; its wording is not. */
  readonly template: Template;
  readonly syntax: TemplateSyntax;
  /** Required ones first. */
  readonly arguments: readonly PromptArgument[];
  /** Names that are accepted but not listed as arguments. */
  readonly uncounted: readonly string[];
  /** `Takers.objects`; empty in other syntaxes than mustache. */
  readonly objects: readonly string[];
  /** What mustache needs in addition to required arguments; empty in other syntaxes. */
  readonly needs: readonly SectionNeed[];
  /** What Jinja2 does with the values; absent in other syntaxes. */
  readonly logic?: JinjaLogic;
  /** Why the version cannot be rendered with any values; absent when it can. */
  readonly problem?: string;
  /** JSON schema of the model's response; absent when there is none. */
  readonly responseFormat?: JsonValue;
  /** The model and parameters; absent when there are none. No caller depends on them, but a change is named. */
  readonly modelConfig?: JsonValue;
}
