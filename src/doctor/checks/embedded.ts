import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { openRegistry } from "../../backend/open-registry.ts";
import type { EmbeddedConfig } from "../../config/registry-config.ts";
import { userAgent } from "../../config/version.ts";
import { type Check, ok } from "../finding.ts";

/** Whether the database file can be opened and read. A missing one is not created. */
export function embeddedCheck(config: EmbeddedConfig, workspace: string | undefined): Check {
  return {
    name: "registry",
    async run(signal) {
      const path = resolve(config.path);
      if (!existsSync(path)) return ok(`The registry is embedded. ${path} does not exist yet.`);
      const view = workspace === undefined ? {} : { workspace };
      const opened = await openRegistry({ registry: { ...config, samples: false } }, { userAgent });
      try {
        const registry = opened.view(view);
        const { release } = await registry.describe({ signal });
        const of = release === undefined ? "" : `, the schema of MLflow ${release}`;
        return ok(`The registry is embedded, in ${path}${of}.`);
      } finally {
        await opened.close();
      }
    },
  };
}
