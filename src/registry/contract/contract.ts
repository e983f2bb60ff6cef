import type { JsonValue } from "../json.ts";
import type { JinjaLogic } from "../template/jinja/analysis/logic.ts";
import type { SectionNeed } from "../template/mustache/section-needs.ts";
import type { Template } from "../types.ts";
import type { PromptArgument } from "./arguments.ts";

/**
 * What a version and its callers agree on: which values fill it in (as `prompts/get` does, by
 * `fillPrompt` with `strict`), and the form of what comes of it.
 */
export interface Contract {
  /** The wording; its kind, text or chat, is part of the contract. */
  readonly template: Template;
  /** Required ones first. */
  readonly arguments: readonly PromptArgument[];
  /** Names that are taken and not offered as arguments. */
  readonly uncounted: readonly string[];
  /** What mustache needs besides its required arguments; empty in other syntaxes. */
  readonly needs: readonly SectionNeed[];
  /** What Jinja2 does with the values; absent in other syntaxes. */
  readonly logic?: JinjaLogic;
  /** Why no values can fill the version in; absent when some can. */
  readonly problem?: string;
  /** The JSON schema of the answer; absent when there is none. */
  readonly responseFormat?: JsonValue;
}
