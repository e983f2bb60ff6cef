import type { PromptRegistry } from "../../src/registry/prompt-registry.ts";
import { withDatabase } from "./database.ts";
import { emptyFile, text } from "./embedded-session.ts";

/**
 * A registry whose prompts have exactly these names, as a program may give them that checks no names.
 * The text of each begins with its name, and version 1 is production.
 */
export async function registryOfNames(...names: readonly string[]): Promise<PromptRegistry> {
  const { path, registry } = emptyFile();
  for (const name of names) {
    await registry.registerVersion("made", text(`${name}: {{ x }}`));
    await registry.setAlias("made", "production", 1);
    withDatabase(path, (db) => {
      db.pragma("foreign_keys = ON");
      db.prepare("UPDATE registered_models SET name = ? WHERE name = 'made'").run(name);
    });
  }
  return registry;
}
