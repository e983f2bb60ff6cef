import type * as z from "zod";
import type { addToDataset } from "../../tools/evaluating/add-to-dataset.ts";
import type { compareEvaluations } from "../../tools/evaluating/compare-evaluations.ts";
import type { evaluatePrompt } from "../../tools/evaluating/evaluate-prompt.ts";
import type { listDatasets } from "../../tools/evaluating/list-datasets.ts";
import type { comparePromptVersions } from "../../tools/reading/compare-prompt-versions.ts";
import type { describeRegistry } from "../../tools/reading/describe-registry.ts";
import type { listPromptVersions } from "../../tools/reading/list-prompt-versions.ts";
import type { listPrompts } from "../../tools/reading/list-prompts.ts";
import type { loadPrompt } from "../../tools/reading/load-prompt.ts";
import type { renderPrompt } from "../../tools/reading/render-prompt.ts";
import type { runPrompt } from "../../tools/running/run-prompt.ts";
import type { commentOnPrompt } from "../../tools/viewing/comment-on-prompt.ts";
import type { evaluationRows } from "../../tools/viewing/evaluation-rows.ts";
import type { labelAnswers } from "../../tools/viewing/label-answers.ts";
import type { listExamples } from "../../tools/viewing/list-examples.ts";
import type { promptDiscussion } from "../../tools/viewing/prompt-discussion.ts";
import type { promptUsage } from "../../tools/viewing/prompt-usage.ts";
import type { reviewPrompt } from "../../tools/viewing/review-prompt.ts";
import type { deletePromptAlias } from "../../tools/writing/delete-prompt-alias.ts";
import type { registerPrompt } from "../../tools/writing/register-prompt.ts";
import type { setPromptAlias } from "../../tools/writing/set-prompt-alias.ts";
import type { updatePrompt } from "../../tools/writing/update-prompt.ts";

/** The tools that the view calls. Their types are those of the server; nothing is loaded. */
interface Tools {
  readonly add_to_dataset: typeof addToDataset;
  readonly comment_on_prompt: typeof commentOnPrompt;
  readonly compare_evaluations: typeof compareEvaluations;
  readonly compare_prompt_versions: typeof comparePromptVersions;
  readonly delete_prompt_alias: typeof deletePromptAlias;
  readonly describe_registry: typeof describeRegistry;
  readonly evaluate_prompt: typeof evaluatePrompt;
  readonly evaluation_rows: typeof evaluationRows;
  readonly label_answers: typeof labelAnswers;
  readonly list_datasets: typeof listDatasets;
  readonly list_examples: typeof listExamples;
  readonly list_prompt_versions: typeof listPromptVersions;
  readonly list_prompts: typeof listPrompts;
  readonly load_prompt: typeof loadPrompt;
  readonly prompt_discussion: typeof promptDiscussion;
  readonly prompt_usage: typeof promptUsage;
  readonly register_prompt: typeof registerPrompt;
  readonly render_prompt: typeof renderPrompt;
  readonly review_prompt: typeof reviewPrompt;
  readonly run_prompt: typeof runPrompt;
  readonly set_prompt_alias: typeof setPromptAlias;
  readonly update_prompt: typeof updatePrompt;
}

export type ToolName = keyof Tools;
export type Arguments<Name extends ToolName> = z.input<Tools[Name]["input"]>;
export type Answer<Name extends ToolName> = z.output<Tools[Name]["output"]>;
