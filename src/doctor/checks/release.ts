import { authorizationOf } from "../../mlflow/http/credential.ts";
import { fetchRelease } from "../../mlflow/server-info.ts";
import { type Check, type Finding, ok, problem, warning } from "../finding.ts";
import type { MlflowTarget } from "../mlflow.ts";

/** The releases that are tested. */
const oldest = { minor: 8, text: "3.8" };
const newest = { minor: 17, text: "3.17" };

/** Whether this program works with MLflow's release. */
export function releaseCheck({ config, plain }: MlflowTarget): Check {
  return {
    name: "release",
    async run(signal) {
      const authorization = config.credential && authorizationOf(config.credential);
      return releaseFinding(await fetchRelease(plain.server.transport, authorization, { signal }));
    },
  };
}

export function releaseFinding(release: string | undefined): Finding {
  const tested = `this program is tested with ${oldest.text} to ${newest.text}`;
  if (release === undefined) {
    return warning(
      "GET /version tells no release.",
      "Check that MLFLOW_TRACKING_URI is the address of MLflow, and that a proxy passes /version on.",
    );
  }
  const [major = 0, minor = 0] = release.split(".").map(Number);
  if (major < 3 || (major === 3 && minor < oldest.minor)) {
    return problem("other", `MLflow is ${release}; ${tested}.`, "Upgrade MLflow.");
  }
  if (major > 3 || minor > newest.minor) {
    return warning(`MLflow is ${release}; ${tested}.`, "Look for a newer release of this program.");
  }
  return ok(`MLflow is ${release}.`);
}
