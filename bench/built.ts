import { fileURLToPath } from "node:url";

/** A folder of this run, removed after it. */
export const workFolder = fileURLToPath(new URL("../..", import.meta.url));

/** What run.mjs built, beside this bundle. */
export const built = {
  program: builtAt("program"),
  bareSdkStdio: builtAt("bare-sdk-stdio"),
  bareSdkHttp: builtAt("bare-sdk-http"),
  relay: builtAt("relay"),
} as const;

function builtAt(name: string): string {
  return fileURLToPath(new URL(`../../${name}/dist/main.js`, import.meta.url));
}
