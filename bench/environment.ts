import { workFolder } from "./built.ts";

/** The variables that a host gives a server, with a home folder of the run's own, where credentials are read. */
export function serverEnvironment(
  variables: Readonly<Record<string, string>>,
): Record<string, string> {
  return { HOME: workFolder, PATH: process.env.PATH ?? "", ...variables };
}
