import * as z from "zod";
import { ElicitationRequest } from "../../session/elicitation.ts";
import { allowBreaking, promptName, shortText, versionNumber } from "../input/fields.ts";
import { selectName } from "../input/selectors.ts";
import { defineTool } from "../tool.ts";
import { carryOutMove, checkMove, movedView, moveResult, planMove } from "./moving.ts";

export const setPromptAlias = defineTool({
  name: "set_prompt_alias",
  title: "Point an alias at a version",
  description:
    'Points an alias of a prompt, such as "production" or "staging", at a version: creates the alias, or moves it. From then on, everybody who loads the prompt by that alias gets the version, so check compare_prompt_versions and ask the person first. A protected alias such as production moves to a version that breaks its callers only if allow_breaking is true; if the client can ask the person, the person is asked first. With expected_version, nothing moves if the alias points at another version by now. The result names the old and the new version, and has the exact call that moves the alias back.',
  effect: "moves",
  input: z.strictObject({
    name: promptName,
    alias: shortText.describe(
      'Letters, digits, "_" and "-". Not "latest": it always means the newest version.',
    ),
    version: versionNumber.describe("The version to point at, from list_prompt_versions."),
    expected_version: z
      .int()
      .min(0)
      .optional()
      .describe(
        "The version you expect the alias to point at; 0 if you expect no such alias. Default: the version it points at when this call begins.",
      ),
    allow_breaking: allowBreaking,
  }),
  output: movedView,
  async run(session, { allow_breaking, ...wanted }, call) {
    const name = await selectName(session, wanted, call);
    const prompt = await session.registry.getPrompt(name, call);
    const move = await planMove(session, prompt, wanted, call);
    const checked = checkMove(move, session, allow_breaking, call);
    if (checked instanceof ElicitationRequest) return checked;
    const undo = await carryOutMove(session, move, call);
    return moveResult(move, undo, checked.warnings);
  },
});
