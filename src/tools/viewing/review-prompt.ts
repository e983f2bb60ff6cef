import * as z from "zod";
import {
  approversOf,
  requestTag,
  reviewLimits,
  reviewRequestOf,
  reviewsOf,
  reviewTag,
} from "../../registry/discussion/reviews.ts";
import { quote, RegistryError } from "../../registry/errors.ts";
import { countOf } from "../../registry/text/count.ts";
import type { PromptVersion } from "../../registry/types.ts";
import { recordedName } from "../../registry/versions/provenance.ts";
import type { TagChanges } from "../../registry/writes.ts";
import { auditCall } from "../../session/audit-call.ts";
import { promptName, shortText, versionOrAlias } from "../input/fields.ts";
import { selectPromptVersion } from "../input/selectors.ts";
import { formatReviews, reviewsView, viewReviews } from "../output/discussion-view.ts";
import { line, ToolText } from "../output/tool-text.ts";
import { defineTool } from "../tool.ts";
import { nameless, whyNoApproval } from "./may-approve.ts";

const actions = ["request", "approve", "decline", "withdraw"] as const;
type Action = (typeof actions)[number];

const input = z.strictObject({
  name: promptName,
  version: versionOrAlias.describe("The version that is reviewed: its number or an alias."),
  action: z
    .enum(actions)
    .describe("withdraw takes back the caller's own review, or else their own request."),
  reviewers: z
    .array(shortText.refine(({ length }) => length <= reviewLimits.name, "is too long"))
    .max(reviewLimits.asked)
    .optional()
    .describe("Names of the people who are asked, with request. Default: anybody."),
  reason: z
    .string()
    .max(reviewLimits.reason)
    .optional()
    .describe("Why; declining needs it. At most 300 characters."),
});

type Given = z.infer<typeof input>;

export const reviewPrompt = defineTool({
  name: "review_prompt",
  title: "Review a prompt",
  description:
    "Requests a review of a version of a prompt, approves or declines it in the caller's name, or withdraws that. Each person has one review of a version. A gate may want approvals before an alias moves to the version. Only people review: approve nothing that the person did not tell you to.",
  effect: "adds",
  view: "used",
  input,
  output: z.object({
    name: z.string(),
    version: z.int(),
    approvals: z.int().describe("Approvals that count: not the author's."),
    reviews: reviewsView,
  }),
  async run(session, given, call) {
    const { name, selector } = await selectPromptVersion(session, given, call);
    const found = await session.registry.getVersion(name, selector, call);
    const { version } = found;
    const refusal = given.action === "approve" ? whyNoApproval(session, found) : undefined;
    if (refusal !== undefined) throw refused(found, "forbidden", refusal);
    const changes = changesFor(found, given, recordedName(session.who));
    await session.registry.tagVersion(name, version, changes, {}, call);
    const review = given.action;
    auditCall(
      session,
      { operation: "review_prompt", outcome: "ok", prompt: name, version, review },
      call,
    );
    const after = { ...found, tags: withChanges(found.tags, changes) };
    const reviews = viewReviews(after);
    const approvals = approversOf(after).length;
    return {
      structured: { name, version, approvals, reviews },
      text: ToolText.join(
        line`${done[review]} version ${version} of ${name}. It has ${countOf(approvals, "approval")} now.`,
        ...formatReviews(reviews),
      ),
    };
  },
});

const done: Readonly<Record<Action, string>> = {
  request: "A review was requested of",
  approve: "You approved",
  decline: "You declined",
  withdraw: "You withdrew your review of",
};

/** @throws RegistryError `invalid`, `forbidden` or `not_found` */
function changesFor(
  version: PromptVersion,
  { action, reviewers = [], reason }: Given,
  who: string | undefined,
): TagChanges {
  if (action !== "request" && reviewers.length > 0) {
    throw refused(version, "invalid", "Give reviewers only with request.");
  }
  const said = {
    ...(who ? { by: who } : {}),
    at: new Date().toISOString(),
    ...(reason ? { reason } : {}),
  };
  if (action === "request") {
    return { [requestTag]: JSON.stringify({ ...said, asked: reviewers }) };
  }
  if (who === undefined) throw refused(version, "forbidden", nameless);
  if (action === "withdraw") return { [ownTag(version, who)]: null };
  if (action === "decline" && !reason?.trim()) {
    throw refused(
      version,
      "invalid",
      "Declining needs a reason, so that the author can act on it.",
    );
  }
  const verdict = action === "approve" ? "approved" : "declined";
  return { [reviewTag(who)]: JSON.stringify({ ...said, verdict }) };
}

function ownTag(version: PromptVersion, who: string): string {
  if (reviewsOf(version).some(({ by }) => by === who)) return reviewTag(who);
  if (reviewRequestOf(version)?.by === who) return requestTag;
  throw refused(
    version,
    "not_found",
    `${quote(who)} has neither reviewed it nor requested a review.`,
  );
}

function withChanges(tags: PromptVersion["tags"], changes: TagChanges): Record<string, string> {
  return Object.fromEntries(
    Object.entries({ ...tags, ...changes }).flatMap(([key, value]) =>
      value === null ? [] : [[key, value]],
    ),
  );
}

function refused(
  { name, version }: PromptVersion,
  kind: "invalid" | "forbidden" | "not_found",
  why: string,
): RegistryError {
  const message = `The review of version ${version} of ${quote(name)} was not changed. ${why}`;
  return new RegistryError(kind, message, { prompt: name, version });
}
