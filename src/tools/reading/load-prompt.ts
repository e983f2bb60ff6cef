import * as z from "zod";
import { findTitle } from "../../registry/versions/prompt-tags.ts";
import { alias, promptName, version } from "../input/fields.ts";
import { selectPrompt } from "../input/selectors.ts";
import { line, ToolText } from "../output/tool-text.ts";
import { formatVersion, versionView, viewVersion } from "../output/version-view.ts";
import { defineTool } from "../tool.ts";

export const loadPrompt = defineTool({
  name: "load_prompt",
  title: "Load a prompt",
  description:
    "Loads one version of a prompt as it is stored: template or messages with their {{ variables }}, commit message, aliases, tags, LLM config and response format. Without version or alias, it loads the latest version. Use it before you improve a prompt with register_prompt. To fill in the variables, use render_prompt.",
  effect: "reads",
  input: z.strictObject({ name: promptName, version, alias }),
  output: versionView.extend({
    title: z.string().optional().describe("The prompt's title, where it has one."),
  }),
  async run(session, input, options) {
    const { name, selector = "latest" } = await selectPrompt(session, input, options);
    const [loaded, prompt] = await Promise.all([
      session.registry.getVersion(name, selector, options),
      session.registry.getPrompt(name, options),
    ]);
    const view = await viewVersion(session, loaded, options);
    const title = findTitle(prompt);
    return {
      structured: { ...view, title },
      text: ToolText.join(title !== undefined && line`Title: ${title}`, formatVersion(view)),
    };
  },
});
