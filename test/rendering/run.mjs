// Renders generated templates here and with MLflow's Python client.
// --cases N: how many (24,000 by default). --seed N: other cases. --update: writes the table of
// docs/templates.md.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { cases: { type: "string" }, seed: { type: "string" }, update: { type: "boolean" } },
});
const vitest = fileURLToPath(new URL("../../node_modules/vitest/vitest.mjs", import.meta.url));
const { status } = spawnSync(process.execPath, [vitest, "run", "--project", "rendering"], {
  stdio: "inherit",
  env: {
    ...process.env,
    ...(values.cases === undefined ? {} : { RENDERING_CASES: values.cases }),
    ...(values.seed === undefined ? {} : { RENDERING_SEED: values.seed }),
    ...(values.update ? { RENDERING_UPDATE: "1" } : {}),
  },
});
process.exitCode = status ?? 1;
