import { type Check, ok, problem, warning } from "../finding.ts";

/** `engines` of package.json. */
const oldest = [20, 19] as const;

/** Node 20 reached its end of life in April 2026 (github.com/nodejs/release). */
const oldestMaintained = 22;

/** @param release as `process.versions.node` */
export function nodeCheck(release: string): Check {
  return {
    name: "node",
    async run() {
      const [major = 0, minor = 0] = release.split(".").map(Number);
      const [oldestMajor, oldestMinor] = oldest;
      if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
        return problem(
          "other",
          `This is Node.js ${release}, and this program needs ${oldest.join(".")} or newer.`,
          "Install a newer Node.js.",
        );
      }
      if (major < oldestMaintained) {
        return warning(
          `This is Node.js ${release}, which gets no security fixes any more.`,
          `Install Node.js ${oldestMaintained} or newer.`,
        );
      }
      return ok(`This is Node.js ${release}.`);
    },
  };
}
