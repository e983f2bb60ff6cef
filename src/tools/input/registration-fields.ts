import * as z from "zod";
import { record } from "../../registry/json.ts";
import type { GivenDetails } from "../../registry/versions/carry-over.ts";
import {
  allowBreaking,
  argumentContract,
  commitMessage,
  dryRun,
  force,
  llmConfig,
  moveReason,
  overrideGate,
  responseFormat,
  shortText,
} from "./fields.ts";

/** What register_prompt and edit_prompt take besides the text. */
export const registrationFields = {
  commit_message: commitMessage.optional(),
  tags: record(z.string().nullable())
    .nullish()
    .describe('Tags of this version: {"team": "search"}. null as a value drops one, null all.'),
  arguments: argumentContract,
  llm_config: llmConfig,
  response_format: responseFormat,
  alias: shortText
    .optional()
    .describe(
      "An alias to point at the new version in the same call, under the checks of set_prompt_alias. Only when the person wants it. Default: no alias moves.",
    ),
  reason: moveReason,
  allow_breaking: allowBreaking,
  override_gate: overrideGate,
  force,
  dry_run: dryRun,
};

/** The fields that carry over from the base version where they are not given. */
export function detailsOf(given: {
  readonly tags?: GivenDetails["tags"];
  readonly arguments?: GivenDetails["arguments"];
  readonly llm_config?: GivenDetails["modelConfig"];
  readonly response_format?: GivenDetails["responseFormat"];
}): GivenDetails {
  return {
    tags: given.tags,
    arguments: given.arguments,
    modelConfig: given.llm_config,
    responseFormat: given.response_format,
  };
}
