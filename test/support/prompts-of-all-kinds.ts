import { argumentsTag } from "../../src/registry/contract/arguments.ts";
import type { PromptRegistry } from "../../src/registry/prompt-registry.ts";
import { formatTag } from "../../src/registry/versions/template-format.ts";
import { emptyRegistry, text } from "./embedded-session.ts";

/** A registry with a prompt of every kind: `greet`, `plain`, `jinja`, `mustache` and `chat`. */
export async function registryOfMany(): Promise<PromptRegistry> {
  const registry = emptyRegistry();
  await registry.registerVersion("greet", {
    ...text("Hello {{ who }} in {{ tone.of }} words, {{x-y}}", {
      [argumentsTag]: JSON.stringify({ "tone.of": { default: "calm", enum: ["calm", "loud"] } }),
    }),
    commitMessage: 'With "quotes", é and 日本',
  });
  await registry.registerVersion("plain", text("Nothing to fill in"));
  await registry.registerVersion("jinja", text("{% for x in xs %}{{ x }}, {% endfor %}{{ y }}"));
  await registry.registerVersion(
    "mustache",
    text("{{#on}}on {{ a }}{{/on}}", { [formatTag]: "mustache" }),
  );
  await registry.registerVersion("chat", {
    template: {
      kind: "chat",
      messages: [
        { role: "system", content: "Be {{ tone }}" },
        { role: "user", content: "Go" },
        { role: "assistant", content: "Gone" },
      ],
    },
  });
  await registry.setAlias("plain", "production", 1);
  return registry;
}
