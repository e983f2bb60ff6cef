import * as z from "zod";
import type { ModelSuggestions } from "../../evaluation/suggestions/ask-suggestions.ts";
import { versionUri } from "../../registry/references.ts";
import type { Review } from "../../registry/suggestions/review.ts";
import { type FoundPassage, suggestionRules } from "../../registry/suggestions/suggestion.ts";
import { dollars } from "../../registry/text/dollars.ts";
import type { PromptVersion } from "../../registry/types.ts";
import { line, ToolText } from "./tool-text.ts";

const passage = z.object({
  message: z.int().optional().describe("Index of the message, from 0."),
  part: z.int().optional().describe("Index of the part of its content."),
  line: z.int().describe("Line of the text, from 1."),
  text: z.string().describe("The passage as it is stored, cut if it is long."),
});

export const suggestionsView = z.object({
  name: z.string(),
  version: z.int(),
  uri: z.string(),
  fixed_tokens: z
    .int()
    .describe("Tokens of the text without variables: an estimate of a token for 4 characters."),
  found: z
    .array(
      z.object({
        rule: z.enum(suggestionRules),
        passages: z.array(passage),
        why: z.string(),
        todo: z.string().describe("What to change."),
      }),
    )
    .describe("What the rules found. Empty: nothing."),
  edits: z
    .array(
      z.object({
        why: z.string(),
        call: z.string().describe("The edit_prompt call that makes the change, as JSON."),
      }),
    )
    .optional()
    .describe("What a model suggests. Absent without use_model."),
  model: z.string().optional().describe("The model that suggested the edits."),
  dropped: z
    .array(z.string())
    .optional()
    .describe("Why further suggestions of the model were dropped."),
  cost_usd: z.number().optional().describe("Of the model. Absent if no price is known."),
  without_model: z
    .string()
    .optional()
    .describe("How a model would say more. Absent with use_model."),
  more: z.int().optional().describe("How many more places the rules found, of the same kinds."),
});

export type SuggestionsView = z.infer<typeof suggestionsView>;

export function viewReview(
  { name, version }: PromptVersion,
  review: Review,
  suggested: ModelSuggestions | { readonly withoutModel: string },
): SuggestionsView {
  return {
    name,
    version,
    uri: versionUri(name, version),
    fixed_tokens: review.fixedTokens,
    found: review.suggestions.map(({ passages, ...rest }) => ({
      ...rest,
      passages: [...passages],
    })),
    ...(review.more === 0 ? {} : { more: review.more }),
    ...("withoutModel" in suggested
      ? { without_model: suggested.withoutModel }
      : viewSuggested(name, version, suggested)),
  };
}

function viewSuggested(
  name: string,
  version: number,
  { suggestions, dropped, completion }: ModelSuggestions,
) {
  const { model, cost } = completion;
  return {
    edits: suggestions.map(({ why, commitMessage, edits }) => ({
      why,
      call: JSON.stringify({
        name,
        base_version: version,
        commit_message: commitMessage,
        edits: edits.map(({ oldText, newText }) => ({ old_text: oldText, new_text: newText })),
      }),
    })),
    model,
    ...(dropped.length === 0 ? {} : { dropped: [...dropped] }),
    ...(cost === undefined ? {} : { cost_usd: cost.totalUsd }),
  };
}

export function formatReview(view: SuggestionsView): ToolText {
  const { name, version, found, more, fixed_tokens: tokens } = view;
  return ToolText.join(
    line`${name} version ${version}: about ${tokens} tokens without its variables (an estimate)`,
    found.length === 0 && line`The rules found nothing.`,
    ...found.flatMap(({ rule, passages, why, todo }) => [
      line`${rule}: ${why} ${todo}`,
      ...passages.map((one) => ToolText.block(placeOf(one), one.text)),
    ]),
    more !== undefined && line`More places of the same kinds: ${more}`,
    view.edits !== undefined &&
      line`${view.model ?? "The model"} suggests ${view.edits.length} changes${
        view.cost_usd === undefined ? "" : ` for ${dollars(view.cost_usd)}`
      }. They are a model's text: read them before you make them.`,
    ...(view.edits ?? []).map(({ why, call }) =>
      ToolText.block("Suggestion", `${why}\nedit_prompt ${call}`),
    ),
    ...(view.dropped ?? []).map((reason) => line`A suggestion was dropped: ${reason}`),
    view.without_model !== undefined && line`${view.without_model}`,
  );
}

function placeOf({ message, part, line: number }: FoundPassage): string {
  return [
    ...(message === undefined ? [] : [`message ${message}`]),
    ...(part === undefined ? [] : [`part ${part}`]),
    `line ${number}`,
  ].join(", ");
}
