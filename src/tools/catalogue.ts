import type { Session } from "../session/session.ts";
import { addToDataset } from "./evaluating/add-to-dataset.ts";
import { compareEvaluations } from "./evaluating/compare-evaluations.ts";
import { evaluatePrompt } from "./evaluating/evaluate-prompt.ts";
import { listDatasets } from "./evaluating/list-datasets.ts";
import { replayPrompt } from "./evaluating/replay-prompt.ts";
import { requestLabels } from "./evaluating/request-labels.ts";
import { suggestImprovements } from "./evaluating/suggest-improvements.ts";
import { comparePromptVersions } from "./reading/compare-prompt-versions.ts";
import { describeRegistry } from "./reading/describe-registry.ts";
import { listPromptVersions } from "./reading/list-prompt-versions.ts";
import { listPrompts } from "./reading/list-prompts.ts";
import { loadPrompt } from "./reading/load-prompt.ts";
import { openPrompt } from "./reading/open-prompt.ts";
import { renderPrompt, renderPromptInTrace } from "./reading/render-prompt.ts";
import { runPrompt } from "./running/run-prompt.ts";
import type { Tool } from "./tool.ts";
import { commentOnPrompt } from "./viewing/comment-on-prompt.ts";
import { evaluationRows } from "./viewing/evaluation-rows.ts";
import { labelAnswers } from "./viewing/label-answers.ts";
import { listExamples } from "./viewing/list-examples.ts";
import { promptDiscussion } from "./viewing/prompt-discussion.ts";
import { promptUsage } from "./viewing/prompt-usage.ts";
import { reviewPrompt } from "./viewing/review-prompt.ts";
import { copyPrompt } from "./writing/copy-prompt.ts";
import { deletePrompt } from "./writing/delete-prompt.ts";
import { deletePromptAlias } from "./writing/delete-prompt-alias.ts";
import { deletePromptVersion } from "./writing/delete-prompt-version.ts";
import { editPrompt } from "./writing/edit-prompt.ts";
import { registerPrompt } from "./writing/register-prompt.ts";
import { restorePromptVersion } from "./writing/restore-prompt-version.ts";
import { setPromptAlias } from "./writing/set-prompt-alias.ts";
import { updatePrompt } from "./writing/update-prompt.ts";

/** All tools, in the order in which clients show them. */
export const tools: readonly Tool[] = [
  listPrompts,
  loadPrompt,
  openPrompt,
  renderPrompt,
  runPrompt,
  listDatasets,
  addToDataset,
  evaluatePrompt,
  compareEvaluations,
  replayPrompt,
  requestLabels,
  evaluationRows,
  labelAnswers,
  listExamples,
  suggestImprovements,
  listPromptVersions,
  comparePromptVersions,
  promptUsage,
  promptDiscussion,
  commentOnPrompt,
  reviewPrompt,
  registerPrompt,
  editPrompt,
  restorePromptVersion,
  setPromptAlias,
  deletePromptAlias,
  updatePrompt,
  copyPrompt,
  deletePromptVersion,
  deletePrompt,
  describeRegistry,
];

/** The tools of a session: those that depend on its settings have the form that fits. */
export function toolsOf({ links }: Pick<Session, "links">): readonly Tool[] {
  return links === undefined
    ? tools
    : tools.map((tool) => (tool === renderPrompt ? renderPromptInTrace : tool));
}
