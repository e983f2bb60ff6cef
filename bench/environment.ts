import { workFolder } from "./built.ts";

/** What a host passes on to a server, with a home of the run's own: credentials are read there. */
export function serverEnvironment(
  variables: Readonly<Record<string, string>>,
): Record<string, string> {
  return { HOME: workFolder, PATH: process.env.PATH ?? "", ...variables };
}
