import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { createEmbeddedFile } from "../src/embedded/embedded-file.ts";
import { workFolder } from "./built.ts";
import {
  commitMessage,
  newestAlias,
  olderAlias,
  promptName,
  template,
  versionsOfPrompt,
} from "./prompts.ts";

export type Size = 10 | 100 | 1_000;

export const sizes: readonly Size[] = [10, 100, 1_000];

/** The database file with as many prompts. MLflow would upgrade it: it gets a copy. */
export function registryFile(size: Size): string {
  return join(workFolder, `registry-${size}.db`);
}

/** Fills one file and takes a copy of it at each size on the way. */
export async function seedRegistryFiles(): Promise<void> {
  const path = join(workFolder, "registry.db");
  let filled = 0;
  for (const size of sizes) {
    await addPrompts(path, { from: filled, to: size });
    await copyFile(path, registryFile(size));
    filled = size;
  }
}

/** Adds prompts to a file, which an MLflow server may be using. */
export async function addPrompts(
  path: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<void> {
  const file = createEmbeddedFile({ path, samples: false });
  const registry = file.registry({});
  for (let index = from; index < to; index++) {
    const name = promptName(index);
    for (let version = 1; version <= versionsOfPrompt; version++) {
      await registry.registerVersion(name, {
        template: { kind: "text", text: template(version) },
        commitMessage: commitMessage(version),
      });
    }
    await registry.setAlias(name, newestAlias, versionsOfPrompt);
    await registry.setAlias(name, olderAlias, versionsOfPrompt - 1);
  }
  // Closing brings everything into the one file that is copied.
  file.close();
}
