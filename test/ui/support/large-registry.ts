import { join } from "node:path";
import { copyPrompt } from "../../../bench/copied-rows.ts";
import { promptName } from "../../../bench/prompts.ts";
import { addPrompts } from "../../../bench/registry-files.ts";
import { withDatabase } from "../../support/database.ts";
import { isolated } from "../../support/program.ts";

/** A database file with so many prompts, by name in the order of `promptName`. @returns its address */
export async function largeRegistry(prompts: number): Promise<string> {
  const path = join(isolated().home, "registry.db");
  await addPrompts(path, { from: 0, to: 1 });
  const copies = Array.from({ length: prompts - 1 }, (_, index) => promptName(index + 1));
  withDatabase(path, (db) => copyPrompt(db, promptName(0), copies));
  return `sqlite:///${path}`;
}
