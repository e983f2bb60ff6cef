import * as z from "zod";
import { recordedName } from "../../registry/versions/provenance.ts";
import { alias, promptName, version } from "../input/fields.ts";
import { selectPrompt } from "../input/selectors.ts";
import { isWithinReach } from "../offered.ts";
import {
  commentView,
  formatComments,
  formatReviews,
  reviewsView,
  viewComments,
  viewReviews,
} from "../output/discussion-view.ts";
import { line, ToolText } from "../output/tool-text.ts";
import { defineTool } from "../tool.ts";
import { whyNoApproval } from "./may-approve.ts";

export const promptDiscussion = defineTool({
  name: "prompt_discussion",
  title: "Comments and reviews of a version",
  description:
    "Lists all comments on a version of a prompt, with replies, also the resolved ones, and who approved or declined it. load_prompt shows the open comments.",
  effect: "reads",
  view: "used",
  input: z.strictObject({ name: promptName, version, alias }),
  output: z.object({
    name: z.string(),
    version: z.int(),
    comments: z.array(commentView),
    reviews: reviewsView,
    can_comment: z
      .boolean()
      .describe(
        "Whether the caller may comment and review here, with a scope that the token may lack.",
      ),
    you: z.string().optional().describe("The caller's name. Absent when it is not known."),
    no_approval: z.string().optional().describe("Why the caller cannot approve the version."),
  }),
  async run(session, input, call) {
    const { name, selector = "latest" } = await selectPrompt(session, input, call);
    const found = await session.registry.getVersion(name, selector, call);
    const comments = viewComments(found);
    const reviews = viewReviews(found);
    const you = recordedName(session.who);
    const no_approval = whyNoApproval(session, found);
    return {
      structured: {
        name,
        version: found.version,
        comments,
        reviews,
        can_comment: isWithinReach({ name: "comment_on_prompt", effect: "adds" }, session),
        ...(you === undefined ? {} : { you }),
        ...(no_approval === undefined ? {} : { no_approval }),
      },
      text: ToolText.join(
        comments.length === 0
          ? line`Nobody commented on version ${found.version} of ${name}.`
          : line`Comments on version ${found.version} of ${name}:`,
        ...formatComments(comments),
        ...formatReviews(reviews),
        no_approval !== undefined && line`${no_approval}`,
      ),
    };
  },
});
