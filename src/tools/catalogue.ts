import { comparePromptVersions } from "./reading/compare-prompt-versions.ts";
import { describeRegistry } from "./reading/describe-registry.ts";
import { listPromptVersions } from "./reading/list-prompt-versions.ts";
import { listPrompts } from "./reading/list-prompts.ts";
import { loadPrompt } from "./reading/load-prompt.ts";
import { renderPrompt } from "./reading/render-prompt.ts";
import { runPrompt } from "./running/run-prompt.ts";
import type { Tool } from "./tool.ts";
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
  renderPrompt,
  runPrompt,
  listPromptVersions,
  comparePromptVersions,
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
