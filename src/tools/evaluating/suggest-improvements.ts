import * as z from "zod";
import {
  askSuggestions,
  type ModelSuggestions,
} from "../../evaluation/suggestions/ask-suggestions.ts";
import { failedRows } from "../../evaluation/suggestions/failed-rows.ts";
import { chooseModel } from "../../models/choose-model.ts";
import { readVersion } from "../../registry/engine/prompt-arguments.ts";
import { quote, RegistryError } from "../../registry/errors.ts";
import type { Review } from "../../registry/suggestions/review.ts";
import type { PromptVersion } from "../../registry/types.ts";
import { usesMustache } from "../../registry/versions/template-format.ts";
import { auditCall } from "../../session/audit-call.ts";
import type { Call } from "../../session/call.ts";
import type { Session } from "../../session/session.ts";
import { askingOf, evaluationsOf } from "../input/evaluation-fields.ts";
import { alias, promptName, shortText, version } from "../input/fields.ts";
import { selectPrompt } from "../input/selectors.ts";
import { mayDo } from "../offered.ts";
import { formatReview, suggestionsView, viewReview } from "../output/suggestions-view.ts";
import { defineTool } from "../tool.ts";
import { writableTemplate } from "../writing/base-version.ts";

export const suggestImprovements = defineTool({
  name: "suggest_improvements",
  title: "Suggest improvements of a prompt",
  description:
    "Points at passages of a prompt that often make answers worse: contradictory instructions, untrusted variables among instructions, variables that nothing explains, an output format that is not stated, missing examples, and text that costs more than it says. Each has its passage, why, and what to change. Without version or alias it reads the latest version. The rules rather miss something than point at what is right. With use_model a model suggests changes too, from the prompt and the worst rows of runs, each as an edit_prompt call that can be made; that costs money, needs the rights that run_prompt needs, and stores nothing. Change the prompt with edit_prompt, then compare both versions with evaluate_prompt.",
  effect: "reads",
  model: "optional",
  input: z.strictObject({
    name: promptName,
    version,
    alias,
    use_model: z.boolean().default(false).describe("True to ask a model for changes too."),
    runs: z
      .array(shortText)
      .max(5)
      .default([])
      .describe("IDs of evaluation runs, whose worst rows the model sees."),
    model: shortText
      .optional()
      .describe("Asked with use_model. Default: the first of this server's models."),
  }),
  output: suggestionsView,
  async run(session, given, call) {
    if (given.use_model) requireAsking(session);
    const { name, selector = "latest" } = await selectPrompt(session, given, call);
    const loaded = await session.registry.getVersion(name, selector, call);
    const reviewed = await review(session, loaded, call);
    const suggested = given.use_model
      ? await suggest(session, loaded, reviewed.suggestions, given, call)
      : undefined;
    const view = viewReview(loaded, reviewed, suggested ?? { withoutModel: withoutModel(session) });
    return { structured: view, text: formatReview(view) };
  },
});

/** Rules are read with the right to read. A model costs money, so it needs what run_prompt needs. */
function requireAsking(session: Session): void {
  askingOf(session);
  if (mayDo(session, "runs")) return;
  throw new RegistryError(
    "forbidden",
    "No model was asked: the scopes of your access token allow reading, and use_model needs the scope that run_prompt needs. Leave use_model out to read what the rules find.",
  );
}

/** How a model can say more than the rules. */
function withoutModel(session: Session): string {
  if (session.models === undefined) {
    return "Only rules were asked. A model would suggest edits too: the operator of this server sets --models or --model-url.";
  }
  if (mayDo(session, "runs")) return "Only rules were asked. use_model asks a model for edits too.";
  return "Only rules were asked. A model would suggest edits too, with a token that may call run_prompt.";
}

async function suggest(
  session: Session,
  version: PromptVersion,
  found: Review["suggestions"],
  { runs, model }: { readonly runs: readonly string[]; readonly model?: string | undefined },
  call: Call,
): Promise<ModelSuggestions> {
  const asking = askingOf(session);
  const template = writableTemplate(version);
  const mustache = await usesMustache(session.registry, version, call);
  const { parameters } = await session.templates.read(template, { mustache });
  const suggested = await askSuggestions(
    asking,
    {
      ...{ version, template, found },
      model: chooseModel(asking.models.allowed, model, {}),
      variables: parameters.map(({ name }) => name),
      failed: runs.length === 0 ? [] : await failedRows(evaluationsOf(session), runs, call),
    },
    call,
  );
  const asked = { prompt: version.name, version: version.version };
  auditCall(session, { operation: "suggest_improvements", outcome: "ok", ...asked }, call);
  return suggested;
}

async function review(session: Session, version: PromptVersion, call: Call): Promise<Review> {
  const { template } = version;
  if (template.kind === "unreadable") throw unreadable(version, template.problem);
  const mustache = await usesMustache(session.registry, version, call);
  const read = await readVersion(session.templates, version, { mustache });
  const variables = read.arguments.map(({ name, description }) => ({
    name,
    isDescribed: description !== undefined,
  }));
  const hasResponseFormat = version.responseFormat !== undefined;
  const subject = { prompt: version.name, version: version.version };
  return session.templates.reviewPrompt(
    { template, variables, hasResponseFormat, mustache },
    subject,
  );
}

function unreadable({ name, version }: PromptVersion, problem: string): RegistryError {
  return new RegistryError(
    "unreadable",
    `Nothing was reviewed: version ${version} of ${quote(name)} cannot be read: ${problem}. Choose another version.`,
    { prompt: name, version },
  );
}
