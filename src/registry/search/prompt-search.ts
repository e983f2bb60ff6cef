import type { Page, Prompt, Tags } from "../types.ts";
import type { SearchedField } from "./words/searched-text.ts";

/** Which prompts to find. All given conditions must hold. Without conditions, every prompt matches. */
export interface PromptSearch {
  /** Part of the name. Case is ignored. */
  readonly nameContains?: string;
  /** The prompt must have these tags with exactly these values. */
  readonly tags?: Tags;
  /** An alias the prompt must have. */
  readonly alias?: string;
  /**
   * What to search for, as a person asks for it. Its words are searched in the name, the title (the
   * tag `mcp.title`), the description, the tags, and the texts of the newest and the served version.
   * Plurals, beginnings of words and typing errors match. Case and diacritics are ignored. Prompts
   * that have all words are found. If there is none, the prompts with the rarest and most words are.
   */
  readonly query?: string;
  /** The aliases that select the served version, which `query` searches besides the newest one. */
  readonly serve?: readonly string[];
  /**
   * A variable the newest version must have. A prompt in Jinja2 or mustache matches if the name is in
   * its text: only a `TemplateEngine` knows its variables.
   */
  readonly variable?: string;
  /** Who must have registered the newest version, exactly as it is recorded. */
  readonly author?: string;
  /**
   * Aliases that select the live version: that of the first that the prompt has. The newest version
   * must be another one. A prompt that has none of them is not live, and matches.
   */
  readonly notLive?: readonly string[];
  /**
   * The prompt changed at this time or later (milliseconds since 1970). MLflow 3.8 to 3.17 counts a
   * change of versions, description or name. It does not count a change of tags or aliases.
   */
  readonly changedSince?: number;
  /**
   * `name`: ascending. `relevance`: best match first. `changed`: latest change first. The default is
   * `relevance` with a query, otherwise `name`.
   */
  readonly order?: "name" | "relevance" | "changed";
  /** At most this many items, 1 to 1000. */
  readonly limit: number;
  readonly cursor?: string;
}

/** One page of search results. */
export interface FoundPrompts extends Page<Prompt> {
  /**
   * The search examined 10,000 prompts, or found 32 million characters of templates, and skipped the
   * rest. No cursor reaches them. This happens only where this process sorts all results: with a
   * query, or by name with `changedSince`. Any other search returns a shorter or empty page at the
   * limit, and its cursor continues there.
   */
  readonly cut?: true;
  /** With a query: how each of the items matches it, in the order of the items. */
  readonly matches?: readonly PromptMatch[];
  /** With a query that matches nothing: the most similar names. */
  readonly nearest?: readonly string[];
}

/** How a prompt matches a query. */
export interface PromptMatch {
  /** The fields that have words of the query. */
  readonly fields: readonly SearchedField[];
  /** The words that the prompt does not have. Empty, unless no prompt has all words. */
  readonly missing: readonly string[];
}
