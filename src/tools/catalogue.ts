import { comparePromptVersions } from "./compare-prompt-versions.ts";
import { deletePrompt } from "./delete-prompt.ts";
import { deletePromptAlias } from "./delete-prompt-alias.ts";
import { deletePromptVersion } from "./delete-prompt-version.ts";
import { describeRegistry } from "./describe-registry.ts";
import { listPromptVersions } from "./list-prompt-versions.ts";
import { listPrompts } from "./list-prompts.ts";
import { loadPrompt } from "./load-prompt.ts";
import { registerPrompt } from "./register-prompt.ts";
import { renderPrompt } from "./render-prompt.ts";
import { restorePromptVersion } from "./restore-prompt-version.ts";
import { setPromptAlias } from "./set-prompt-alias.ts";
import { tagPrompt } from "./tag-prompt.ts";
import type { Tool } from "./tool.ts";

/** All tools, in the order in which clients show them. */
export const tools: readonly Tool[] = [
  listPrompts,
  loadPrompt,
  renderPrompt,
  listPromptVersions,
  comparePromptVersions,
  registerPrompt,
  restorePromptVersion,
  setPromptAlias,
  deletePromptAlias,
  tagPrompt,
  deletePromptVersion,
  deletePrompt,
  describeRegistry,
];
