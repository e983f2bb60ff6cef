import { frontMatterForm, unusedKeys, withMembers } from "./front-matter-form.ts";
import { modelConfigOf } from "./model-config.ts";

/**
 * Markdown with front matter, VS Code's `.prompt.md` among it. The text below the second fence is the
 * template, with all its spaces and line ends. What the front matter has beside a name, a description
 * and the name of a model is in `metadata`.
 */
export const markdown = frontMatterForm({
  title: "Markdown",
  isOptional: true,
  read(attributes, body) {
    const { model } = attributes;
    const modelConfig =
      typeof model === "string" ? modelConfigOf({ name: model, options: {} }) : undefined;
    return {
      template: { kind: "text", text: body },
      ...(modelConfig === undefined ? {} : { modelConfig }),
      unused: unusedKeys(attributes, ["name", "description", "model", "metadata"]),
    };
  },
  write(attributes, { modelConfig }, changed) {
    if (!changed.includes("modelConfig") || typeof attributes.model !== "string") return attributes;
    const name = nameOf(modelConfig);
    return withMembers(attributes, { model: name });
  },
  writeBody: (body, template) => (template.kind === "text" ? template.text : body),
});

function nameOf(config: unknown): string | undefined {
  if (typeof config !== "object" || config === null || !("model_name" in config)) return undefined;
  return typeof config.model_name === "string" ? config.model_name : undefined;
}
